package io.pledgemq.server.config;

import java.util.ArrayList;
import java.util.List;

/** Collects problems, so that all of them are reported together. Not thread-safe. */
final class Problems {

    private final List<Problem> found = new ArrayList<>();

    void add(Origin origin, String key, String what) {
        found.add(new Problem(origin.text(), key, what));
    }

    List<Problem> found() {
        return List.copyOf(found);
    }
}
