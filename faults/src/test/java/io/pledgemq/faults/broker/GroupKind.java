package io.pledgemq.faults.broker;

import java.util.Locale;

/** Consumer groups that a broker has ready. */
public enum GroupKind {
    /** Nobody created it: its first use does. */
    FRESH(17, false),
    /** Three attempts, a quarter of a second apart. */
    IMPATIENT(3, false),
    /** The same, in order. */
    IMPATIENT_FIFO(3, true);

    private final int maxAttempts;
    private final boolean fifo;

    GroupKind(int maxAttempts, boolean fifo) {
        this.maxAttempts = maxAttempts;
        this.fifo = fifo;
    }

    public int maxAttempts() {
        return maxAttempts;
    }

    public boolean fifo() {
        return fifo;
    }

    String prefix() {
        return name().toLowerCase(Locale.ROOT);
    }
}
