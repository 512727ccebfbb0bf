package io.pledgemq.engine.command;

/**
 * The kinds of commands with the codes they have as log frames. Codes never change; the log itself uses those below 16.
 */
public enum CommandType {
    CREATE_TOPIC(16),
    DELETE_TOPIC(17),
    PUT_GROUP(18),
    DELETE_GROUP(19),
    PAUSE_GROUP(20),
    SUBSCRIBE(21),
    UNSUBSCRIBE(22),
    MOVE_CURSOR(23),
    SEND(24),
    PREPARE(25),
    DECIDE(26),
    ASK_CHECK(27),
    ANSWER_UNKNOWN(28),
    PARK(29),
    CHECK_AGAIN(30),
    RECALL(31),
    PUBLISH(32),
    LEASE(33),
    ACK(34),
    FAIL(35),
    EXTEND_LEASE(36),
    EXPIRE_LEASE(37),
    SETTLE_DEAD(38),
    TRIM(39),
    CARRY_FORWARD(40),
    SILENT_CHECK(41),
    ASK_AGAIN(42);

    private static final CommandType[] BY_CODE = new CommandType[128];

    static {
        for (CommandType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final byte code;

    CommandType(int code) {
        this.code = (byte) code;
    }

    public byte code() {
        return code;
    }

    /**
     * Finds the command of a frame.
     *
     * @throws IllegalArgumentException if this version knows no such command
     */
    public static CommandType ofCode(byte code) {
        CommandType type = code < 0 ? null : BY_CODE[code];
        if (type == null) {
            throw new IllegalArgumentException("no command has code " + code);
        }
        return type;
    }
}
