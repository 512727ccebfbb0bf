package io.pledgemq.server.grpc;

/**
 * Property names under which the engine keeps the protocol's own fields. Clients cannot set them and never see them: a
 * client's property that begins with the prefix is stored with a second prefix.
 */
final class ReservedProperties {
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
    /** Keys, one per line, if the engine's single key cannot hold them. */
    static final String KEYS = PREFIX + "KEYS";
    /** Authenticated user that sent it. */
    static final String USER = PREFIX + "USER";
    /** Number of these on one message, at most. */
    static final int MOST = 8;

    private ReservedProperties() {}

    /** Returns whether a stored property is one of these. */
    static boolean is(String kept) {
        return kept.startsWith(PREFIX) && !kept.startsWith(PREFIX + PREFIX);
    }

    /** Returns the name under which a client's property is stored. */
    static String keptName(String property) {
        return property.startsWith(PREFIX) ? PREFIX + property : property;
    }

    /** Returns the client's name of a stored property. */
    static String clientsName(String kept) {
        return kept.startsWith(PREFIX) ? kept.substring(PREFIX.length()) : kept;
    }
}
