package io.pledgemq.engine.command;

import java.util.List;

/** A connected sender's ear. Must hand the work to a thread of its own and return. */
@FunctionalInterface
public interface CheckListener {
    /** Asks; the answers come as decisions, as unknown or as silence, in any order. */
    void check(List<CheckRequest> requests);
}
