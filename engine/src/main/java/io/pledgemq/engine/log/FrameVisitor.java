package io.pledgemq.engine.log;

/** Is handed the frames of a scan, in order. */
@FunctionalInterface
public interface FrameVisitor {
    /** The payload is valid only until this returns. */
    void visit(Frame frame);
}
