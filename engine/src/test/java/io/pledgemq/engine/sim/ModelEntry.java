package io.pledgemq.engine.sim;

import io.pledgemq.engine.command.Message;

/** A message in a topic: where it was sent to, or where its dead letters are. */
final class ModelEntry {
    final ModelMessage origin;
    /** With the body of the revision that is meant. */
    final Message message;

    long place;

    ModelEntry(ModelMessage origin, Message message, long place) {
        this.origin = origin;
        this.message = message;
        this.place = place;
    }

    @Override
    public String toString() {
        return origin.id() + " at " + Long.toHexString(place);
    }
}
