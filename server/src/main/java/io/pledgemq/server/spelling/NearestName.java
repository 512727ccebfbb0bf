package io.pledgemq.server.spelling;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that a mistyped one probably means. */
public final class NearestName {

    private static final int LETTERS_PER_EDIT = 3;
    /** Longer than any name here; comparing takes time and memory by the square. */
    private static final int LONGEST = 128;

    private NearestName() {}

    /**
     * Returns the name with the fewest edits to the given one, if these are few for its length; else the shortest one
     * that it may be short for.
     */
    public static Optional<String> of(String given, Collection<String> names) {
        int letters = plain(given).length();
        // With its only letter wrong, a name is like any other one.
        int most = letters < 2 ? 0 : Math.max(1, letters / LETTERS_PER_EDIT);
        return within(most, given, names).or(() -> longFor(given, names));
    }

    /** Returns the name with the fewest edits to the given one, if there are so many at most. */
    public static Optional<String> within(int most, String given, Collection<String> names) {
        String plain = plain(given);
        if (plain.length() > LONGEST) {
            return Optional.empty();
        }
        return names.stream()
                .filter(name -> edits(plain, plain(name)) <= most)
                .min(Comparator.comparingInt((String name) -> edits(plain, plain(name)))
                        .thenComparing(Comparator.naturalOrder()));
    }

    private static Optional<String> longFor(String given, Collection<String> names) {
        String plain = plain(given);
        return names.stream()
                .filter(name -> isShortFor(plain, plain(name)))
                .min(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()));
    }

    /** Returns whether a name begins so, or is this with at most as many letters left out behind the first one. */
    private static boolean isShortFor(String given, String name) {
        if (given.length() < 2 || given.length() > name.length()) {
            return false;
        }
        if (name.startsWith(given)) {
            return true;
        }
        int matched = 0;
        for (int i = 0; i < name.length() && matched < given.length(); i++) {
            matched += name.charAt(i) == given.charAt(matched) ? 1 : 0;
        }
        return matched == given.length() && given.charAt(0) == name.charAt(0) && 2 * given.length() >= name.length();
    }

    /** longPoll, long_poll and long-poll are the same to a person. */
    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", "");
    }

    /** Letters to change, add, leave out or swap with their neighbour (optimal string alignment). */
    private static int edits(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(a, b, i, j, cost);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int cheapest(String a, String b, int i, int j, int[][] cost) {
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int fewest = Math.min(cost[i - 1][j - 1] + (same ? 0 : 1), Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(fewest, cost[i - 2][j - 2] + 1) : fewest;
    }
}
