package io.pledgemq.engine.index;

import io.pledgemq.engine.log.Frame;

/** Receives the frames that a query finds. */
@FunctionalInterface
public interface HitVisitor {
    /**
     * A frame that has one of the keys, or another key with the same hash.
     *
     * @param frame valid only until this returns
     * @param wallMs of the batch it belongs to
     * @return false to end the query
     */
    boolean visit(Frame frame, long wallMs);
}
