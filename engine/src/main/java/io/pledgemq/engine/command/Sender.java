package io.pledgemq.engine.command;

/**
 * The service and the instance that prepare messages and answer checks about them.
 *
 * @param service all instances of one service can answer for each other; the SDK uses the database's identity
 * @param instance one running process of the service; it has the same name under each service it connects as
 * @param othersOfTopic whether other producers of the message's topic ({@link #ofTopic}) are asked when no instance of
 *     the service is connected or none of them answered. Safe only if they answer nothing but what they know, like the
 *     SDK, which answers for its own database alone.
 */
public record Sender(String service, String instance, boolean othersOfTopic) {
    /** No user's service can have such a name: it would be asked about messages of others. */
    private static final String TOPIC_SERVICE = "producers of topic ";

    /** A sender for whom only its own service answers. */
    public Sender(String service, String instance) {
        this(service, instance, false);
    }

    /** A producer of a topic; all producers of the topic form one service. */
    public static Sender ofTopic(String topic, String instance) {
        return new Sender(TOPIC_SERVICE + topic, instance, false);
    }
}
