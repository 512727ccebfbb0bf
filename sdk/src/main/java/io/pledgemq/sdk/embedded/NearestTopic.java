package io.pledgemq.sdk.embedded;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the topic that a mistyped name probably means. */
final class NearestTopic {
    private static final int LETTERS_PER_EDIT = 3;

    private NearestTopic() {}

    /** Returns the name with the fewest edits to the given one, if these are few for its length. */
    static Optional<String> of(String given, Collection<String> names) {
        int most = Math.max(1, plain(given).length() / LETTERS_PER_EDIT);
        return names.stream()
                .filter(name -> !name.equals(given) && edits(plain(given), plain(name)) <= most)
                .min(Comparator.comparingInt((String name) -> edits(plain(given), plain(name)))
                        .thenComparing(Comparator.naturalOrder()));
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
    }

    /** Letters to change, add or leave out (Levenshtein), one row of the table at a time. */
    private static int edits(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
