package io.pledgemq.engine.command;

/** What may be sent to a topic. Codes are written to the log and never change. */
public enum TopicType {
    /** Plain messages, delivered in no promised order. */
    NORMAL(1),
    /** Messages of a message group, delivered in the order of their commits; plain or prepared. */
    FIFO(2),
    /** Messages with a delivery time; plain or prepared. */
    DELAY(3),
    /** Prepared messages. */
    TRANSACTION(4);

    private final int code;

    TopicType(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    public static TopicType ofCode(int code) {
        for (TopicType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        throw new IllegalArgumentException("no topic type has code " + code);
    }
}
