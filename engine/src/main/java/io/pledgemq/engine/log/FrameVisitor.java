package io.pledgemq.engine.log;

/** Receives the frames of a scan, in order. */
@FunctionalInterface
public interface FrameVisitor {
    /** The payload is valid only until this returns. */
    void visit(Frame frame);
}
