package io.pledgemq.engine.sim;

import io.pledgemq.engine.command.CheckRequest;
import io.pledgemq.engine.command.Sender;

/** A connected sender. */
final class SimSession {
    /** A question that somebody got. */
    record Asked(SimSession session, CheckRequest request) {}

    final Sender sender;
    /** Questions it takes at a time. */
    final int credit;

    Runnable disconnect = () -> {};

    SimSession(Sender sender, int credit) {
        this.sender = sender;
        this.credit = credit;
    }
}
