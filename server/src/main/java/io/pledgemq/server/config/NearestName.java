package io.pledgemq.server.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that somebody who mistyped may have meant. */
final class NearestName {

    private static final int LETTERS_PER_EDIT = 3;

    private NearestName() {}

    /** Returns the name with the fewest edits to the given one, if these are few for its length. */
    static Optional<String> of(String given, Collection<String> names) {
        String plain = plain(given);
        int most = Math.max(1, plain.length() / LETTERS_PER_EDIT);
        return names.stream()
                .filter(name -> edits(plain, plain(name)) <= most)
                .min(Comparator.comparingInt((String name) -> edits(plain, plain(name)))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** The end of a message: a question if there is such a name, else nothing. */
    static String question(String given, Collection<String> names) {
        return of(given, names).map(name -> "; did you mean " + name + "?").orElse("");
    }

    /** longPoll, long_poll and long-poll are the same to a person. */
    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", "");
    }

    private static int edits(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(diagonal, row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
