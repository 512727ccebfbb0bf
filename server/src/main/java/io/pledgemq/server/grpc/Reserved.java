package io.pledgemq.server.grpc;

/**
 * Properties under which the engine keeps what the protocol carries beside a message's own fields. Clients cannot set
 * them and never see them.
 */
final class Reserved {
    static final String PREFIX = "%";
    /** When the client made the message, ms since 1970. */
    static final String BORN_MS = PREFIX + "BORN";

    /** When it came here, ms since 1970. */
    static final String STORED_MS = PREFIX + "STORED";

    static final String BORN_HOST = PREFIX + "HOST";
    /** Present if the body is compressed: the bytes are kept as they came. */
    static final String GZIP = PREFIX + "GZIP";

    static final String TRACE = PREFIX + "TRACE";
    static final String NAMESPACE = PREFIX + "NS";
    /** Keys, one per line, if the engine's single key cannot tell them apart. */
    static final String KEYS = PREFIX + "KEYS";
    /** Authenticated user that sent it. */
    static final String USER = PREFIX + "USER";
    /** Most of these on one message. */
    static final int MOST = 8;

    private Reserved() {}

    static boolean is(String property) {
        return property.startsWith(PREFIX);
    }
}
