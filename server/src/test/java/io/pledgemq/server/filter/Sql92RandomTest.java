package io.pledgemq.server.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageFilter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Sql92RandomTest {
    private static final int EXPRESSIONS = 10_000;
    private static final List<String> SCRAPS = List.of(
            "(",
            ")",
            "'",
            "''",
            " NOT ",
            " AND ",
            " OR ",
            "=",
            "<",
            ">",
            "-",
            "+",
            ",",
            ".",
            "1",
            "9e9",
            " NULL ",
            " IS ",
            " IN ",
            " BETWEEN ",
            "TRUE",
            "a",
            "x",
            "%",
            "\0",
            "é",
            "\ud83d",
            " LIKE ",
            "*",
            "|",
            "\"",
            "--");

    @Test
    void everyExpressionMeansWhatANaiveEvaluationSays() throws IllegalFilterException {
        int[] seen = new int[3];
        for (long seed = 1; seed <= EXPRESSIONS; seed++) {
            Random random = new Random(seed);
            RandomExpression expression = RandomExpression.of(random, 3);
            for (int i = 0; i < 4; i++) {
                Map<String, String> properties = properties(random);
                int truth = expression.truth().apply(properties);
                String round = "seed " + seed + ": " + expression.sql() + " of " + properties;

                assertThat(accepts(expression.sql(), properties)).as(round).isEqualTo(truth == 2);
                assertThat(accepts("NOT (" + expression.sql() + ")", properties))
                        .as(round)
                        .isEqualTo(truth == 0);
                seen[truth]++;
            }
        }
        for (int times : seen) {
            assertThat(times).as("false, unknown and true each come often").isGreaterThan(EXPRESSIONS / 4);
        }
    }

    @Test
    void aSpoiledExpressionIsEitherTakenOrRefusedWithAPositionInsideIt() {
        int taken = 0;
        for (long seed = 1; seed <= EXPRESSIONS; seed++) {
            Random random = new Random(seed);
            String spoiled = spoiled(RandomExpression.of(random, 2).sql(), random);
            try {
                accepts(spoiled, properties(random));
                taken++;
            } catch (IllegalFilterException e) {
                assertThat(e.position()).as("seed " + seed + ": " + spoiled).isBetween(1, spoiled.length() + 1);
                assertThat(e).hasMessageMatching("SQL92 filter: [^\\p{Cntrl}]+ at character \\d+; [^\\p{Cntrl}]+");
            }
        }
        assertThat(taken).isBetween(EXPRESSIONS / 100, EXPRESSIONS * 9 / 10);
    }

    private static String spoiled(String sql, Random random) {
        StringBuilder spoiled = new StringBuilder(sql);
        for (int i = 0; i <= random.nextInt(3); i++) {
            int at = random.nextInt(spoiled.length());
            if (random.nextBoolean()) {
                spoiled.insert(at, RandomExpression.pick(SCRAPS, random));
            } else {
                spoiled.delete(at, at + 1 + random.nextInt(3));
            }
            spoiled.append(spoiled.isEmpty() ? "(" : "");
        }
        return spoiled.toString();
    }

    private static Map<String, String> properties(Random random) {
        Map<String, String> properties = new HashMap<>();
        for (String name : RandomExpression.NAMES) {
            if (random.nextInt(5) > 0) {
                properties.put(name, RandomExpression.pick(RandomExpression.TEXTS, random));
            }
        }
        return properties;
    }

    private static boolean accepts(String sql, Map<String, String> properties) throws IllegalFilterException {
        MessageFilter filter = Filters.sql92(sql);
        return filter == null
                || filter.accepts(Message.of("m", "t", new byte[0]).withProperties(properties));
    }
}
