package io.pledgemq.engine.command;

/**
 * The author of an event, for the history of a message.
 *
 * @param role in which role
 * @param name instance, client or operator; may be empty
 * @param reason why, given by operators; may be empty
 */
public record Party(Role role, String name, String reason) {
    /** Longest name and reason; what is longer is cut. */
    public static final int MAX_TEXT = 4096;

    public Party {
        name = name.length() > MAX_TEXT ? name.substring(0, MAX_TEXT) : name;
        reason = reason.length() > MAX_TEXT ? reason.substring(0, MAX_TEXT) : reason;
    }

    /** Codes are written to the log. */
    public enum Role {
        SENDER(1),
        /** The answer to a check. */
        CHECK(2),
        CONSUMER(3),
        OPERATOR(4),
        ENGINE(5);

        private final int code;

        Role(int code) {
            this.code = code;
        }

        public int code() {
            return code;
        }

        public static Role ofCode(int code) {
            for (Role role : values()) {
                if (role.code == code) {
                    return role;
                }
            }
            throw new IllegalArgumentException("no role has code " + code);
        }
    }

    public static final Party ENGINE = new Party(Role.ENGINE, "", "");

    public static Party sender(String instance) {
        return new Party(Role.SENDER, instance, "");
    }

    public static Party check(String instance) {
        return new Party(Role.CHECK, instance, "");
    }

    public static Party consumer(String client) {
        return new Party(Role.CONSUMER, client, "");
    }

    public static Party operator(String name, String reason) {
        return new Party(Role.OPERATOR, name, reason);
    }
}
