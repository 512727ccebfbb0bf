package io.pledgemq.engine.command;

/**
 * All upper bounds, by name. Beyond a bound the caller gets {@link Outcome.Refused} with the name and both numbers.
 *
 * @param bodyBytes largest body of one message
 * @param properties most properties of one message
 * @param propertiesBytes all names and values of one message's properties, key, tag and message group together
 * @param topics most topics
 * @param groups most consumer groups
 * @param delayMs furthest delivery time from now
 * @param preparedPerSender most undecided messages of one service
 * @param bytesInFlight bytes of bodies that wait for their force
 * @param rows what takes a row of memory each
 */
public record Limits(
        int bodyBytes,
        int properties,
        int propertiesBytes,
        int topics,
        int groups,
        long delayMs,
        int preparedPerSender,
        long bytesInFlight,
        Rows rows) {
    public static final Limits DEFAULT = new Limits(
            4 << 20, 128, 32 << 10, 10_000, 10_000, 40L * 24 * 3600 * 1000, 1_000_000, 64L << 20, Rows.DEFAULT);

    public Limits withRows(Rows newRows) {
        return new Limits(
                bodyBytes,
                properties,
                propertiesBytes,
                topics,
                groups,
                delayMs,
                preparedPerSender,
                bytesInFlight,
                newRows);
    }

    /**
     * How many messages may be in memory, a row each, so that no backlog of a sender or a receiver ends in an
     * {@code OutOfMemoryError}. {@code RowMemoryTest} measures what a row costs: with all defaults reached at once, the
     * rows fit a heap of 768 MiB, and one of 512 MiB unless each delivery has a message group of its own.
     *
     * @param pending most messages that are stored and not published: undecided, parked and delayed together. At the
     *     bound, prepares and delayed sends are refused. Decisions never are.
     * @param delayed most of them that wait for their delivery time. Commits of half messages may exceed it, as a
     *     decision is never refused.
     * @param unsettled most deliveries of all groups that are leased, waiting for their next attempt, or open dead
     *     letters. At the bound no group gets a message for the first time; redeliveries go on.
     * @param unsettledPerSubscription the same for one group on one topic
     * @param kept most messages that all topics together keep, for groups that have not received them yet or, once
     *     settled, for the retention; a message of a FIFO topic counts twice. From 7/8 of the bound on, settled
     *     messages are trimmed early. At the bound, prepares and sends are refused; decisions never are, so they may
     *     exceed it.
     */
    public record Rows(int pending, int delayed, int unsettled, int unsettledPerSubscription, int kept) {
        /** Bytes of heap for each message that a topic keeps. */
        public static final int BYTES_PER_KEPT = 8;

        private static final int FEWEST_KEPT = 1_000_000;
        private static final int PART_OF_HEAP = 4;
        private static final int EARLY_TRIM = 7;
        private static final int EIGHTHS = 8;

        public static final Rows DEFAULT = new Rows(1_000_000, 500_000, 1_000_000, 200_000, keptIn(heapBytes()));

        public Rows {
            int least = Math.min(Math.min(pending, delayed), Math.min(unsettled, unsettledPerSubscription));
            if (Math.min(least, kept) < 1) {
                throw new IllegalArgumentException("each bound must be at least 1, not pending=" + pending
                        + " delayed=" + delayed + " unsettled=" + unsettled + " unsettledPerSubscription="
                        + unsettledPerSubscription + " kept=" + kept);
            }
        }

        private static long heapBytes() {
            return Runtime.getRuntime().maxMemory();
        }

        /** Above this number, settled messages are trimmed early. */
        public int earlyTrimAbove() {
            return (int) ((long) kept * EARLY_TRIM / EIGHTHS);
        }

        /** How many messages topics may keep in a heap of this size: they may use a quarter of it. */
        public static int keptIn(long heapBytes) {
            long many = heapBytes / PART_OF_HEAP / BYTES_PER_KEPT;
            return (int) Math.max(FEWEST_KEPT, Math.min(many, Integer.MAX_VALUE));
        }
    }
}
