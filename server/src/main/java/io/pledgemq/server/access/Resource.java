package io.pledgemq.server.access;

/**
 * What an action is done to.
 *
 * @param kind topic, group or the server as a whole
 * @param name name of the topic or group as the client gave it; empty for the server
 */
public record Resource(Kind kind, String name) {

    /** Kinds of resources. */
    public enum Kind {
        /** A topic. */
        TOPIC,
        /** A consumer group. */
        GROUP,
        /** Everything that is neither: status, clients, backup, settings, users. */
        SERVER
    }

    /** The server as a whole. */
    public static final Resource SERVER = new Resource(Kind.SERVER, "");

    /** Returns a topic; dead letter topics ({@code %DLQ%group}) are topics like any other. */
    public static Resource topic(String name) {
        return new Resource(Kind.TOPIC, name);
    }

    /** Returns a consumer group. */
    public static Resource group(String name) {
        return new Resource(Kind.GROUP, name);
    }
}
