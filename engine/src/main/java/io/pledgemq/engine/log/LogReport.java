package io.pledgemq.engine.log;

import java.util.List;

/**
 * The result of a verification.
 *
 * @param segments segment files, those waiting to be deleted left out
 * @param frames valid frames, BATCH and SEAL included
 * @param bytes bytes of all valid frames with their padding
 * @param batches valid BATCH frames
 * @param firstPosition position of the first valid frame, 0 if there is none
 * @param lastPosition position of the last valid frame, 0 if there is none
 * @param endPosition where the next frame would be, 0 if there is no readable segment
 * @param tornTailBytes bytes that the next opening will cut
 * @param damaged ranges that do not verify although they were durable, in order
 */
public record LogReport(
        int segments,
        long frames,
        long bytes,
        long batches,
        long firstPosition,
        long lastPosition,
        long endPosition,
        long tornTailBytes,
        List<DamagedRange> damaged) {
    /** True if the log can be opened and loses nothing. */
    public boolean intact() {
        return damaged.isEmpty();
    }
}
