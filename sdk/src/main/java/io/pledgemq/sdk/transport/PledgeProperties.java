package io.pledgemq.sdk.transport;

import java.util.Map;

/**
 * Names of the message properties that belong to PledgeMQ. Users' own properties may not begin with {@link #PREFIX}.
 */
public final class PledgeProperties {
    public static final String PREFIX = "pledge-";
    /** Our message id; the broker's own id is never used. */
    public static final String MESSAGE_ID = PREFIX + "message-id";
    /** Identity of the sender's database. */
    public static final String DATABASE_ID = PREFIX + "database-id";
    /** What the sender's database must have seen before a check may roll the message back; made at prepare. */
    public static final String STAMP = PREFIX + "stamp";
    /** Of a delayed message: not delivered before, in ms since 1970; inbox rows count from there. */
    public static final String DUE_MS = PREFIX + "due-ms";
    /** As long as any {@link #DUE_MS}, for limits that are checked before the time is. */
    public static final String WIDEST_DUE_MS = "9".repeat(15);
    /** There if the message is published in the order of the prepares of its message group; for the engine only. */
    public static final String ORDERED = PREFIX + "ordered";
    /** Undo messages: id of the message to undo. */
    public static final String UNDO_OF = PREFIX + "undo-of";
    /** Undo messages: identity of the database the message to undo was sent from; absent if that is not known. */
    public static final String UNDO_DATABASE_ID = PREFIX + "undo-database-id";
    /** Undo messages: the consumer group that gave up. */
    public static final String UNDO_GROUP = PREFIX + "undo-group";
    /** Undo messages: why. */
    public static final String UNDO_REASON = PREFIX + "undo-reason";

    private PledgeProperties() {}

    /** Returns {@link #DUE_MS}; 0 for a message that was not delayed. */
    public static long dueMs(Map<String, String> properties) {
        String due = properties.getOrDefault(DUE_MS, "");
        return due.matches("[0-9]{1,15}") ? Long.parseLong(due) : 0;
    }
}
