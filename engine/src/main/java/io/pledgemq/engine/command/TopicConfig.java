package io.pledgemq.engine.command;

/**
 * A topic as it was created.
 *
 * @param name 1 to 127 of {@code [%a-zA-Z0-9_-]}
 * @param type what may be sent to it; never changes
 */
public record TopicConfig(String name, TopicType type) {
    /** Names that begin so are topics of dead letters: they come and go with their group, and nobody sends to them. */
    public static final String DEAD_LETTERS_PREFIX = "%DLQ%";

    /** The topic to which every delivery of the group is published that becomes a dead letter. */
    public static TopicConfig deadLettersOf(String group) {
        return new TopicConfig(DEAD_LETTERS_PREFIX + group, TopicType.NORMAL);
    }

    /** Whether a topic of this name holds dead letters. */
    public static boolean holdsDeadLetters(String topic) {
        return topic.startsWith(DEAD_LETTERS_PREFIX);
    }
}
