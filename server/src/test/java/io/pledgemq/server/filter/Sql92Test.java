package io.pledgemq.server.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.command.Message;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Sql92Test {
    /**
     * A quarter of what threads have. 150 to 200 KiB are needed, depending on which compiler made the frames and
     * whether classes are loaded on the way; 100 of them the JVM keeps to itself.
     */
    private static final int SMALL_STACK_BYTES = 256 * 1024;

    private static final Message ORDER = Message.of("m", "orders", new byte[0])
            .withTag("new")
            .withKey("order-1")
            .withMessageGroup("customer-9")
            .withProperties(Map.ofEntries(
                    Map.entry("seven", "7"),
                    Map.entry("half", "0.5"),
                    Map.entry("minus", "-3"),
                    Map.entry("big", "9007199254740993"),
                    Map.entry("word", "abc"),
                    Map.entry("city", "São Paulo"),
                    Map.entry("quote", "it's"),
                    Map.entry("truck", "🚚!"),
                    Map.entry("yes", "True"),
                    Map.entry("no", "false"),
                    Map.entry("empty", ""),
                    Map.entry("like", "x"),
                    Map.entry("$_1", "odd"),
                    Map.entry("%secret", "1"),
                    Map.entry("TAGS", "forged")));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                // numbers as texts
                "seven > 5 | true",
                "seven > 10 | false",
                "seven >= 7 | true",
                "seven <= 7.0 | true",
                "seven < 7 | false",
                "seven = 7.00 | true",
                "seven = 007 | true",
                "seven = 7L | true",
                "seven <> 7 | false",
                "seven <> 8 | true",
                "5 < seven | true",
                "half > .4 | true",
                "half = 5e-1 | true",
                "half = 5.E-1 | true",
                "half = +0.5 | true",
                "minus = -3 | true",
                "minus < - 2 | true",
                "seven > half | true",
                "big > 9007199254740992 | true",
                "big = 9007199254740992 | false",
                "big < 1e9999 | true",
                // texts
                "word = 'abc' | true",
                "word = 'ABC' | false",
                "word <> 'x' | true",
                "'abc' = word | true",
                "seven = '7' | true",
                "seven = '7.0' | false",
                "'7' = 7 | true",
                "empty = '' | true",
                "quote = 'it''s' | true",
                "quote <> '''' | true",
                "city = 'São Paulo' | true",
                "truck STARTSWITH '🚚' | true",
                "word = word | true",
                // no comparison: neither it nor its negation
                "word > 5 | false",
                "NOT (word > 5) | false",
                "word = 5 | false",
                "word <> 5 | false",
                "empty < 1 | false",
                "word > seven | false",
                "word BETWEEN 1 AND 2 | false",
                "word NOT BETWEEN 1 AND 2 | false",
                "(seven = 7) = word | false",
                "(seven = 7) <> word | true",
                "word > 5 OR seven = 7 | true",
                // nothing there
                "none = 1 | false",
                "none <> 1 | false",
                "'a' <> none | false",
                "none = none | false",
                "NOT none = 1 | false",
                "none IN ('a') | false",
                "none NOT IN ('a') | false",
                "none CONTAINS 'a' | false",
                "none NOT CONTAINS 'a' | false",
                "none | false",
                "NOT none | false",
                "none IS NULL | true",
                "none IS NOT NULL | false",
                "NULL IS NULL | true",
                "word IS NULL | false",
                "word IS NOT NULL | true",
                "(none > 1) IS NULL | true",
                "(word > 1) IS NULL | true",
                "NULL | false",
                // ranges and lists
                "seven BETWEEN 7 AND 7 | true",
                "seven BETWEEN 8 AND 9 | false",
                "seven BETWEEN -1 AND 1e1 AND word = 'abc' | true",
                "seven NOT BETWEEN 1 AND 6 | true",
                "seven NOT BETWEEN 7 AND 8 | false",
                "seven NOT BETWEEN 10 AND 0 | true",
                "5 BETWEEN half AND seven | true",
                "seven BETWEEN seven AND half | false",
                "word IN ('x', 'abc') | true",
                "word IN ('x') | false",
                "word NOT IN ('x','x') | true",
                "word NOT IN ('abc') | false",
                "seven IN ('7') | true",
                "seven IN ('7.0') | false",
                // pieces of texts
                "word CONTAINS 'b' | true",
                "word CONTAINS 'abcd' | false",
                "word NOT CONTAINS 'z' | true",
                "word STARTSWITH 'ab' | true",
                "word STARTSWITH 'b' | false",
                "word NOT STARTSWITH 'b' | true",
                "word ENDSWITH 'bc' | true",
                "word ENDSWITH 'ab' | false",
                "word NOT ENDSWITH 'bc' | false",
                "'axb' CONTAINS 'x' | true",
                "7 CONTAINS '7' | false",
                "word CONTAINS '' | false",
                "word NOT CONTAINS '' | false",
                "word STARTSWITH '' | false",
                "word ENDSWITH '' | false",
                "city CONTAINS 'ão P' | true",
                // booleans
                "yes = TRUE | true",
                "yes | true",
                "NOT yes | false",
                "no = FALSE | true",
                "no | false",
                "NOT no | true",
                "word = FALSE | true",
                "word <> TRUE | true",
                "TRUE | true",
                "FALSE | false",
                "TRUE = (seven = 7) | true",
                "(seven = 8) = (word = 'x') | true",
                "TRUE <> FALSE | true",
                // precedence
                "seven = 8 AND seven = 7 OR word = 'abc' | true",
                "word = 'abc' OR seven = 7 AND seven = 8 | true",
                "(word = 'abc' OR seven = 7) AND seven = 8 | false",
                "NOT seven = 8 | true",
                "NOT seven = 8 AND NOT NOT word = 'abc' | true",
                "NOT word IS NULL | true",
                "NOT seven BETWEEN 1 AND 2 | true",
                "NOT (seven = 7 OR FALSE) | false",
                // words and names
                "seven>5 and(word='abc')or false | true",
                "seven Between 1 aNd 9 | true",
                "word not in ('x') | true",
                "Word = 'abc' | false",
                "like = 'x' | true",
                "$_1 = 'odd' | true",
                "(((word))) = 'abc' | true",
                "(word) IN ('abc') | true",
                // the system's
                "TAGS = 'new' | true",
                "TAGS = 'forged' | false",
                "TAGS IN ('old', 'new') | true",
                "KEYS = 'order-1' | true",
                "__SHARDINGKEY = 'customer-9' | true",
                "secret IS NULL | true",
            })
    void aMessageIsAcceptedWhenTheConditionIsTrue(String expression, boolean accepted) throws IllegalFilterException {
        assertThat(accepts(expression, ORDER)).isEqualTo(accepted);
    }

    @ParameterizedTest
    @CsvSource({
        "T, T, T, T, F", "T, F, F, T, F", "T, U, U, T, F",
        "F, T, F, T, T", "F, F, F, F, T", "F, U, F, U, T",
        "U, T, U, T, U", "U, F, F, U, U", "U, U, U, U, U",
    })
    void logicHasThreeValues(String a, String b, String and, String or, String notA) throws IllegalFilterException {
        assertThat(truth(sql(a) + " AND " + sql(b))).isEqualTo(and);
        assertThat(truth(sql(a) + " OR " + sql(b))).isEqualTo(or);
        assertThat(truth("NOT " + sql(a))).isEqualTo(notA);
    }

    @Test
    void blanksOfEveryKindSeparateWords() throws IllegalFilterException {
        assertThat(accepts("\t seven\r\n>\f5\n", ORDER)).isTrue();
    }

    @Test
    void aMessageWithoutAnythingHasOnlyNulls() throws IllegalFilterException {
        Message bare = Message.of("m", "orders", new byte[0]);

        assertThat(accepts("TAGS IS NULL AND KEYS IS NULL AND __SHARDINGKEY IS NULL AND a IS NULL", bare))
                .isTrue();
    }

    @Test
    void aPropertyOfAMillionDigitsIsNoNumberAndTakesNoTime() throws IllegalFilterException {
        Message long1 = ORDER.withProperties(Map.of("a", "1".repeat(1_000_000), "b", "1e99999"));

        assertThat(accepts("(a > 1) IS NULL AND (b > 1) IS NULL", long1)).isTrue();
    }

    @Test
    void everythingAllowedAtOnceStillRunsOnASmallStack() throws Exception {
        String deep = "(".repeat(Filters.MAX_DEPTH) + "seven = 7" + ")".repeat(Filters.MAX_DEPTH);
        String nots = "NOT ".repeat(Filters.MAX_DEPTH) + "seven = 7";
        String wide = IntStream.range(0, Filters.MAX_CONDITIONS)
                .mapToObj(i -> "seven <> 7")
                .collect(Collectors.joining(" OR "));
        boolean[] accepted = new boolean[3];
        Throwable[] failure = new Throwable[1];
        Thread small = new Thread(
                null,
                () -> {
                    try {
                        accepted[0] = accepts(deep, ORDER);
                        accepted[1] = accepts(nots, ORDER);
                        accepted[2] = accepts(wide, ORDER);
                    } catch (IllegalFilterException | StackOverflowError e) {
                        failure[0] = e;
                    }
                },
                "small stack",
                SMALL_STACK_BYTES);
        small.start();
        small.join(30_000);
        assertThat(small.isAlive()).isFalse();

        assertThat(failure[0]).isNull();
        assertThat(accepted).containsExactly(true, true, false);
    }

    private static String sql(String truth) {
        return switch (truth) {
            case "T" -> "(seven = 7)";
            case "F" -> "(seven = 8)";
            default -> "(none = 7)";
        };
    }

    private static String truth(String expression) throws IllegalFilterException {
        if (accepts("(" + expression + ") IS NULL", ORDER)) {
            return "U";
        }
        boolean accepted = accepts(expression, ORDER);
        assertThat(accepts("NOT (" + expression + ")", ORDER)).isNotEqualTo(accepted);
        return accepted ? "T" : "F";
    }

    private static boolean accepts(String expression, Message message) throws IllegalFilterException {
        return Objects.requireNonNull(Filters.sql92(expression)).accepts(message);
    }
}
