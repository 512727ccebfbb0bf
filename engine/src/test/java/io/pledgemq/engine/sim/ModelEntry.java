package io.pledgemq.engine.sim;

import io.pledgemq.engine.command.Message;

/** A message in a topic: the one it was sent to, or a topic of dead letters. */
final class ModelEntry {
    final ModelMessage origin;
    /** With the body of the revision that is meant. */
    final Message message;

    long position;

    ModelEntry(ModelMessage origin, Message message, long position) {
        this.origin = origin;
        this.message = message;
        this.position = position;
    }

    @Override
    public String toString() {
        return origin.id() + " at " + Long.toHexString(position);
    }
}
