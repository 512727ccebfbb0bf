package io.pledgemq.engine.index;

import java.util.List;

/**
 * What a verification found about index files. None of it harms the log.
 *
 * @param files index files
 * @param faults those that are of no use, in order
 */
public record IndexReport(int files, List<Fault> faults) {
    public IndexReport {
        faults = List.copyOf(faults);
    }

    /** An index file that is damaged, or does not fit its segment. */
    public record Fault(String file, String reason) {}
}
