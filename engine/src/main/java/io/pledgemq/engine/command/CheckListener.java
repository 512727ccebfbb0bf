package io.pledgemq.engine.command;

import java.util.List;

/** Receives the checks of a connected sender. Must pass the work to another thread and return. */
@FunctionalInterface
public interface CheckListener {
    /** Asks; the answers come as decisions, as unknown or as silence, in any order. */
    void check(List<CheckRequest> requests);
}
