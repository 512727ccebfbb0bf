package io.pledgemq.server.health;

import io.pledgemq.engine.command.ProgressListener;

/** The progress of opening the engine. Thread-safe. */
public final class RecoveryProgress implements ProgressListener {
    private static final int WHOLE = 100;

    private volatile Now now = new Now(Phase.LOG, 0, 0);

    /**
     * A look at it.
     *
     * @param doneBytes of this phase
     * @param totalBytes of this phase, 0 if that is not known yet
     */
    public record Now(Phase phase, long doneBytes, long totalBytes) {
        /** Part of this phase that is done, 0 to 100. */
        public int percent() {
            return totalBytes <= 0 ? 0 : (int) (WHOLE * Math.min(doneBytes, totalBytes) / totalBytes);
        }
    }

    @Override
    public void progress(Phase phase, long doneBytes, long totalBytes) {
        now = new Now(phase, doneBytes, totalBytes);
    }

    public Now now() {
        return now;
    }
}
