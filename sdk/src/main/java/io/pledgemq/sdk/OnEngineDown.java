package io.pledgemq.sdk;

/** What becomes of a local transaction whose messages cannot be prepared because the engine is away. */
public enum OnEngineDown {
    /** It fails: nothing is committed, and the caller is told. */
    FAIL,

    /**
     * It goes on: its messages are kept in {@code pledge_outbox} by the same transaction, and a relay in the background
     * sends them when the engine is back, in the order of their message ids. A message that the engine refuses (its
     * body too large, its topic unknown) still makes the transaction fail; what is refused only when it is relayed
     * stays in the outbox, with an error in the log, and holds up nothing but its own message group.
     *
     * <p>Order within a message group: a message is delivered after one of the same group that went through the outbox
     * if its transaction began after the other's COMMIT had returned. For that it goes through the outbox too while one
     * of its group waits there. The order of ids made by several processes is as good as their clocks. Nothing is
     * promised for transactions that ran at the same time, for one whose outcome was unknown, against messages prepared
     * before the engine went away whose decision it has not received, and against processes of the service that are set
     * to {@link #FAIL}.
     *
     * <p>When the engine could not be reached, transactions do not wait for it again: for 1 s, then for pauses that
     * double up to 30 s, they use the outbox without trying; then one of them tries. The log says when that begins and
     * ends.
     *
     * <p>A message that waited longer than the retention of its consumer's inbox arrives as a dead letter "older than
     * the inbox".
     */
    OUTBOX
}
