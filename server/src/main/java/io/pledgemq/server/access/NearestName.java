package io.pledgemq.server.access;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what somebody meant to write: the known word at most two letters away. */
final class NearestName {

    private static final int MAX_DISTANCE = 2;
    private static final int MAX_LENGTH = 32;

    private NearestName() {}

    static Optional<String> of(String given, Collection<String> known) {
        if (given.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        return known.stream()
                .filter(word -> distance(given, word) <= MAX_DISTANCE)
                .min(Comparator.comparingInt(word -> distance(given, word)));
    }

    /** Letters to insert, delete or replace (Levenshtein), by rows of the usual table. */
    private static int distance(String a, String b) {
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
            }
            above = row;
        }
        return above[b.length()];
    }
}
