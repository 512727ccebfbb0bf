package io.pledgemq.server.filter;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An expression as text, beside a naive evaluation of what the text was made from. Truths are numbers here: 0 false, 1
 * unknown, 2 true, so that AND is the minimum, OR the maximum and NOT the distance to 2.
 *
 * @param truth of a message's properties
 */
record RandomExpression(String sql, Function<Map<String, String>, Integer> truth) {
    static final List<String> NAMES = List.of("a", "b", "c", "d");
    static final List<String> TEXTS = List.of("1", "2", "2.0", "-1", "10", "x", "xy", "true", "FALSE", "", "it's", "é");
    private static final List<String> NUMBERS = List.of("0", "1", "2", "-1", "2.50", "1e1", "+3");
    private static final int UNKNOWN = 1;

    static RandomExpression of(Random random, int depth) {
        int choice = random.nextInt(depth == 0 ? 6 : 10);
        return switch (choice) {
            case 0, 1 -> comparison(random);
            case 2 -> range(random);
            case 3 -> list(random);
            case 4 -> piece(random);
            case 5 -> nullTest(random);
            case 6 -> negation(of(random, depth - 1), random);
            case 7, 8 -> junction(random, depth, " AND ", Math::min);
            default -> junction(random, depth, " OR ", Math::max);
        };
    }

    private static RandomExpression comparison(Random random) {
        String name = pick(NAMES, random);
        String sign = pick(List.of("=", "<>", "<", "<=", ">", ">="), random);
        boolean equality = sign.equals("=") || sign.equals("<>");
        int kind = random.nextInt(equality ? 4 : 2);
        String other = pick(NAMES, random);
        String number = pick(NUMBERS, random);
        String text = pick(TEXTS, random);
        boolean truth = random.nextBoolean();
        String right =
                List.of(number, other, quoted(text), truth ? "TRUE" : "false").get(kind);
        return new RandomExpression(name + blank(random) + sign + blank(random) + right, p -> {
            String l = p.get(name);
            String r = List.of(number, String.valueOf(p.get(other)), text, "").get(kind);
            if (l == null || (kind == 1 && p.get(other) == null)) {
                return UNKNOWN;
            }
            if (kind == 3) {
                boolean same = l.equalsIgnoreCase("true") == truth;
                return same == sign.equals("=") ? 2 : 0;
            }
            if (equality && kind != 0) {
                return l.equals(r) == sign.equals("=") ? 2 : 0;
            }
            return numeric(
                    l,
                    r,
                    order -> (sign.contains("=") && order == 0)
                            || (sign.contains("<") && order < 0)
                            || (sign.contains(">") && order > 0));
        });
    }

    private static RandomExpression range(Random random) {
        String name = pick(NAMES, random);
        int low = random.nextInt(4) - 1;
        int high = low + random.nextInt(3);
        boolean not = random.nextBoolean();
        String sql = name + (not ? " NOT" : "") + " BETWEEN " + low + " AND " + high;
        return new RandomExpression(sql, p -> {
            BigDecimal number = number(p.get(name));
            if (number == null) {
                return UNKNOWN;
            }
            boolean inside =
                    number.compareTo(BigDecimal.valueOf(low)) >= 0 && number.compareTo(BigDecimal.valueOf(high)) <= 0;
            return inside == not ? 0 : 2;
        });
    }

    private static RandomExpression list(Random random) {
        String name = pick(NAMES, random);
        List<String> texts = IntStream.rangeClosed(0, random.nextInt(4))
                .mapToObj(i -> pick(TEXTS, random))
                .toList();
        boolean not = random.nextBoolean();
        String listed = texts.stream().map(RandomExpression::quoted).collect(Collectors.joining("," + blank(random)));
        String sql = name + (not ? " NOT IN " : " IN") + "(" + listed + ")";
        return new RandomExpression(
                sql, p -> p.get(name) == null ? UNKNOWN : texts.contains(p.get(name)) == not ? 0 : 2);
    }

    private static RandomExpression piece(Random random) {
        String name = pick(NAMES, random);
        String word = pick(List.of("CONTAINS", "STARTSWITH", "ENDSWITH"), random);
        String wanted = pick(TEXTS, random);
        return new RandomExpression(name + " " + word + " " + quoted(wanted), p -> {
            String text = p.get(name);
            if (text == null || wanted.isEmpty()) {
                return UNKNOWN;
            }
            int found = word.equals("ENDSWITH") ? text.lastIndexOf(wanted) : text.indexOf(wanted);
            boolean there = found >= 0
                    && (word.equals("CONTAINS")
                            || found == (word.equals("ENDSWITH") ? text.length() - wanted.length() : 0));
            return there ? 2 : 0;
        });
    }

    private static RandomExpression nullTest(Random random) {
        boolean not = random.nextBoolean();
        String words = not ? " is not null" : " IS NULL";
        if (random.nextBoolean()) {
            RandomExpression inner = comparison(random);
            return new RandomExpression(
                    "(" + inner.sql + ")" + words, p -> (inner.truth.apply(p) == UNKNOWN) == not ? 0 : 2);
        }
        String name = pick(NAMES, random);
        return new RandomExpression(name + words, p -> (p.get(name) == null) == not ? 0 : 2);
    }

    private static RandomExpression negation(RandomExpression inner, Random random) {
        boolean bare = inner.sql.startsWith("(") && random.nextBoolean();
        return new RandomExpression(
                "not " + (bare ? "(" + inner.sql + ")" : "( " + inner.sql + " )"), p -> 2 - inner.truth.apply(p));
    }

    private interface Join {
        int of(int left, int right);
    }

    private static RandomExpression junction(Random random, int depth, String word, Join join) {
        List<RandomExpression> parts = new ArrayList<>();
        for (int i = 0; i < 2 + random.nextInt(2); i++) {
            parts.add(of(random, depth - 1));
        }
        String sql = parts.stream().map(part -> "(" + part.sql + ")").collect(Collectors.joining(word));
        return new RandomExpression(sql, p -> parts.stream()
                .map(part -> part.truth.apply(p))
                .reduce(join::of)
                .orElseThrow());
    }

    private static int numeric(String left, String right, IntFunction<Boolean> accepted) {
        BigDecimal l = number(left);
        BigDecimal r = number(right);
        return l == null || r == null ? UNKNOWN : accepted.apply(l.compareTo(r)) ? 2 : 0;
    }

    private static @Nullable BigDecimal number(@Nullable String text) {
        return text != null && text.matches("[-+]?[0-9.]+(e[0-9]+)?") ? new BigDecimal(text) : null;
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static String blank(Random random) {
        return List.of("", " ", "\t", "\n ").get(random.nextInt(4));
    }

    static <T> T pick(List<T> from, Random random) {
        return from.get(random.nextInt(from.size()));
    }
}
