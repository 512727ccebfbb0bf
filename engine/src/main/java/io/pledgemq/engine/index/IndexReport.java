package io.pledgemq.engine.index;

import java.util.List;

/**
 * The result of verifying index files. No fault in them harms the log.
 *
 * @param files index files
 * @param faults the unusable ones, in order
 */
public record IndexReport(int files, List<Fault> faults) {
    public IndexReport {
        faults = List.copyOf(faults);
    }

    /** An index file that is damaged, or does not fit its segment. */
    public record Fault(String file, String reason) {}
}
