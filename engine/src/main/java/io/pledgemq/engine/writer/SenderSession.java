package io.pledgemq.engine.writer;

import io.pledgemq.engine.command.CheckListener;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.state.Hashes;

/** A connected sender that can be asked. Belongs to the writer's thread. */
final class SenderSession {
    final Sender sender;
    final long service;
    final long instance;
    final CheckListener listener;
    /** Questions it takes at a time. */
    final int credit;

    /** Half messages that it prepared and that wait until it can take them: nobody else is asked before it. */
    final IntQueue held = new IntQueue();

    int asked;
    boolean open = true;

    SenderSession(Sender sender, CheckListener listener, int credit) {
        this.sender = sender;
        this.service = Hashes.ofText(sender.service());
        this.instance = Hashes.ofText(sender.instance());
        this.listener = listener;
        this.credit = credit;
    }

    boolean canTake() {
        return open && asked < credit;
    }
}
