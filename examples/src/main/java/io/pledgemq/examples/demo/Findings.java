package io.pledgemq.examples.demo;

import java.util.ArrayList;
import java.util.List;

/** What the comparison of the two databases found. Counts of lines unless said otherwise. */
final class Findings {

    private static final int MAX_EXAMPLES = 20;

    /** Orders that exist and are confirmed. */
    int confirmed;
    /** Orders the order service refused. */
    int rejected;
    /** Orders that were undone because the warehouse never took them. */
    int compensated;
    /** Orders whose stock waits for a person: confirmed, no movement, an open dead letter. */
    int parked;
    /** Orders that a person closed without their stock: confirmed, no movement, a dead letter that was skipped. */
    int skipped;
    /** All movements. */
    long stockMovements;
    /** Lines of confirmed orders without a movement. */
    long missing;
    /** Second and further movements for one line. */
    long duplicated;
    /** Movements for an order that is refused, cancelled, or not there, or for a line it does not have. */
    long unexpected;
    /** Movements with another article or quantity than their line. */
    long different;
    /** Orders that were neither placed nor refused, both, or that nobody asked for. */
    int unplaced;
    /** Articles whose stock is not what they began with minus what was moved. */
    int stockErrors;

    private final List<String> examples = new ArrayList<>();

    /**
     * Whether every confirmed order took its stock once, waits for a person or was closed by one without it, and no
     * other order took any.
     */
    boolean consistent() {
        return missing == 0
                && duplicated == 0
                && unexpected == 0
                && different == 0
                && unplaced == 0
                && stockErrors == 0;
    }

    /** Returns the first findings in words. */
    List<String> examples() {
        return List.copyOf(examples);
    }

    void example(String words) {
        if (examples.size() < MAX_EXAMPLES) {
            examples.add(words);
        }
    }
}
