package io.pledgemq.engine.recovery;

import io.pledgemq.engine.command.ProgressListener;
import io.pledgemq.engine.command.ProgressListener.Phase;

/** Reports the progress of an opening, at a bounded rate. */
public final class Progress {
    /** Reports nothing. */
    public static final Progress NONE = new Progress(ProgressListener.NONE);

    private static final long EVERY_NANOS = 100_000_000;

    private final ProgressListener listener;
    private long reportedNanos = System.nanoTime() - EVERY_NANOS;

    public Progress(ProgressListener listener) {
        this.listener = listener;
    }

    /** Reports progress, unless the last report is too recent. */
    public void report(Phase phase, long doneBytes, long totalBytes) {
        long now = System.nanoTime();
        if (now - reportedNanos >= EVERY_NANOS) {
            reportedNanos = now;
            listener.progress(phase, Math.min(doneBytes, totalBytes), totalBytes);
        }
    }
}
