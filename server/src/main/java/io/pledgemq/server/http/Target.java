package io.pledgemq.server.http;

/** What a route acts on, and so which permission it needs. */
enum Target {
    /** The server as a whole. */
    SERVER,
    /** The topic in the field {@code topic}. */
    TOPIC,
    /** The consumer group in the field {@code group}. */
    GROUP,
    /**
     * Topics or groups that show only while it is answered. The caller must hold the permission on something; what he
     * does not hold it on is left out of lists, and refused one by one in actions.
     */
    EACH
}
