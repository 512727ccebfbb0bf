package io.pledgemq.sdk.transport;

/**
 * Names of the message properties that belong to PledgeMQ. Users' own properties may not begin with {@link #PREFIX}.
 */
public final class PledgeProperties {
    public static final String PREFIX = "pledge-";
    /** Our message id; the broker's own id is never used. */
    public static final String MESSAGE_ID = PREFIX + "message-id";
    /** Identity of the sender's database. */
    public static final String DATABASE_ID = PREFIX + "database-id";
    /** Undo messages: id of the message to undo. */
    public static final String UNDO_OF = PREFIX + "undo-of";
    /** Undo messages: identity of the database the message to undo was sent from; absent if that is not known. */
    public static final String UNDO_DATABASE_ID = PREFIX + "undo-database-id";
    /** Undo messages: the consumer group that gave up. */
    public static final String UNDO_GROUP = PREFIX + "undo-group";
    /** Undo messages: why. */
    public static final String UNDO_REASON = PREFIX + "undo-reason";

    private PledgeProperties() {}
}
