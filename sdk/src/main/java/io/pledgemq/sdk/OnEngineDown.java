package io.pledgemq.sdk;

/** What becomes of a local transaction whose messages cannot be prepared because the engine is away. */
public enum OnEngineDown {
    /** The operation fails: nothing is committed, and the caller gets an exception. */
    FAIL,

    /**
     * It goes on: its messages are kept in {@code pledge_outbox} by the same transaction, and a relay in the background
     * sends them when the engine is back, in the order in which the database numbered them. A message that breaks a
     * known limit, or that the engine refuses while it is there (its topic unknown), still makes the transaction fail.
     * What the engine refuses only when it is relayed stays in the outbox, with an error in the log, until a person
     * settles it by {@link PledgeMQ#outbox()}; later messages of its message group wait behind it, all others go on.
     *
     * <p>Order within a message group: a message is delivered after one of the same group that went through the outbox
     * if its transaction waited for a lock of the other, or began after the other's COMMIT had returned. For that it
     * goes through the outbox too while one of its group waits there; and always if its transaction runs above READ
     * COMMITTED, since it may then not see what waits. So on MariaDB and MySQL, whose default is REPEATABLE READ, use
     * READ COMMITTED if messages of message groups shall not wait for the relay. Nothing is promised for transactions
     * that ran at the same time without a lock in common, for one whose outcome was unknown, against messages prepared
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
