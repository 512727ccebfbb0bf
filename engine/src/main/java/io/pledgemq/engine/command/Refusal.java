package io.pledgemq.engine.command;

/** Why the engine refuses a call. */
public enum Refusal {
    UNKNOWN_TOPIC,
    UNKNOWN_GROUP,
    /** The group has not subscribed to the topic. */
    NOT_SUBSCRIBED,
    /** The topic's type does not take this kind of message. */
    WRONG_TOPIC_TYPE,
    ILLEGAL_NAME,
    ILLEGAL_ARGUMENT,
    /** It exists already with another configuration. */
    CONFLICT,
    /** Something still needs it. */
    IN_USE,
    BODY_TOO_LARGE,
    PROPERTIES_TOO_LARGE,
    DELAY_TOO_LONG,
    TOO_MANY_TOPICS,
    TOO_MANY_GROUPS,
    TOO_MANY_PREPARED,
    /** So many messages are undecided or delayed that memory could not hold more. */
    TOO_MANY_PENDING,
    /** So many messages wait for their time that memory could not hold more. */
    TOO_MANY_DELAYED,
    /** Topics keep so many messages that memory could not hold more. */
    TOO_MANY_KEPT,
    TOO_MANY_IN_FLIGHT,
    /** New messages are refused until space returns; decisions and acknowledgements still work. */
    DISK_FULL,
    /** No half message with this id is known. */
    UNKNOWN_TRANSACTION,
    /** Already decided the other way. */
    CONTRARY_DECISION,
    /** The lease ran out or was settled already. */
    LEASE_EXPIRED,
    /** The instance that answers was not asked, or is not asked any more. */
    NOT_ASKED,
    UNKNOWN_MESSAGE,
    /** The dead letter is not open, so no action is possible. */
    NOT_OPEN,
    /** The filter of a receive threw. */
    FILTER_FAILED,
    /** The engine is closing or has stopped. */
    CLOSED
}
