package io.pledgemq.engine.command;

/**
 * The service and the instance that prepare messages and answer checks about them.
 *
 * @param service all instances of one service can answer for each other; the SDK uses the database's identity
 * @param instance one running process of it; however many services it connects under, it has one name
 * @param othersOfTopic whether other producers of the message's topic ({@link #ofTopic}) are asked when no instance of
 *     the service is connected or none of them answered. Only harmless if they answer nothing but what they know, as
 *     the SDK does, which answers for its own database alone.
 */
public record Sender(String service, String instance, boolean othersOfTopic) {
    /** No name that a user's service can have: it would be asked about what is not its own. */
    private static final String TOPIC_SERVICE = "producers of topic ";

    /** A sender for whom only its own service answers. */
    public Sender(String service, String instance) {
        this(service, instance, false);
    }

    /** A producer of a topic: its service are all producers of that topic. */
    public static Sender ofTopic(String topic, String instance) {
        return new Sender(TOPIC_SERVICE + topic, instance, false);
    }
}
