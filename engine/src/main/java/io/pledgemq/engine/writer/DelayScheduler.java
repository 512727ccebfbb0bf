package io.pledgemq.engine.writer;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.state.Pending;

/** Publishes delayed messages when they are due by the wall clock. */
final class DelayScheduler {
    private static final int TIMERS_PER_TURN = 4096;

    private final Core core;
    private final TimerHeap timers = new TimerHeap();

    DelayScheduler(Core core) {
        this.core = core;
        Pending pending = core.state().pending();
        for (int slot = 0; slot < pending.end(); slot++) {
            if (pending.state(slot) == Pending.DELAYED) {
                delayed(slot);
            }
        }
    }

    void delayed(int slot) {
        timers.set(slot, core.state().pending().due(slot));
    }

    void done(int slot) {
        timers.remove(slot);
    }

    void fireTimers() {
        Pending pending = core.state().pending();
        for (int i = 0; i < TIMERS_PER_TURN; i++) {
            int slot = timers.pollDue(core.state().wallMs());
            if (slot < 0) {
                return;
            }
            if (core.run(new Command.Publish(slot, pending.transactionId(slot))) instanceof Outcome.Refused) {
                timers.set(slot, core.state().wallMs() + Core.RETRY_WHEN_FULL_MS);
            }
        }
    }

    /** When the next message is due, in wall ms. */
    long nextDueWallMs() {
        return timers.nextDue();
    }
}
