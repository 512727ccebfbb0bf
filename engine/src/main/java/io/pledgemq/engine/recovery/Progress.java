package io.pledgemq.engine.recovery;

import io.pledgemq.engine.command.ProgressListener;
import io.pledgemq.engine.command.ProgressListener.Phase;

/** Passes on how far an opening is, not more often than anybody can see. */
public final class Progress {
    /** Nobody listens. */
    public static final Progress NONE = new Progress(ProgressListener.NONE);

    private static final long EVERY_NANOS = 100_000_000;

    private final ProgressListener listener;
    private long toldNanos = System.nanoTime() - EVERY_NANOS;

    public Progress(ProgressListener listener) {
        this.listener = listener;
    }

    /** Tells it, unless something was told just now. */
    public void tell(Phase phase, long doneBytes, long totalBytes) {
        long now = System.nanoTime();
        if (now - toldNanos >= EVERY_NANOS) {
            toldNanos = now;
            listener.progress(phase, Math.min(doneBytes, totalBytes), totalBytes);
        }
    }
}
