package io.pledgemq.engine.sim;

import io.pledgemq.engine.command.CheckRequest;
import io.pledgemq.engine.command.Sender;

/** A connected sender. */
final class SimSession {
    /** A question that a session received. */
    record Asked(SimSession session, CheckRequest request) {}

    final Sender sender;
    /** How many open questions it accepts. */
    final int credit;

    Runnable disconnect = () -> {};

    SimSession(Sender sender, int credit) {
        this.sender = sender;
        this.credit = credit;
    }
}
