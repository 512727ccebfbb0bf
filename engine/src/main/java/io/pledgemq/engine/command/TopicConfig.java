package io.pledgemq.engine.command;

/**
 * A topic as it was created.
 *
 * @param name 1 to 127 of {@code [%a-zA-Z0-9_-]}
 * @param type what may be sent to it; never changes
 * @param queues 1 to {@link #MAX_QUEUES}; ignored by the engine, kept for servers whose clients work with queues; may
 *     be changed by creating the topic again
 */
public record TopicConfig(String name, TopicType type, int queues) {
    /**
     * Prefix of topics of dead letters. They are created and deleted with their group, and no client can send to them.
     */
    public static final String DEAD_LETTERS_PREFIX = "%DLQ%";

    /** Prefix of topics of undos. A person handles an undo that fails: nothing undoes it in turn. */
    public static final String UNDO_PREFIX = "%UNDO%";

    public static final int USUAL_QUEUES = 8;
    public static final int MAX_QUEUES = 64;

    /** A topic with {@value #USUAL_QUEUES} queues. */
    public TopicConfig(String name, TopicType type) {
        this(name, type, USUAL_QUEUES);
    }

    /** The topic to which the dead letters of the group are published. */
    public static TopicConfig deadLettersOf(String group) {
        return new TopicConfig(DEAD_LETTERS_PREFIX + group, TopicType.NORMAL, 1);
    }

    /** Returns whether a topic of this name holds dead letters. */
    public static boolean holdsDeadLetters(String topic) {
        return topic.startsWith(DEAD_LETTERS_PREFIX);
    }

    /** Returns whether a topic of this name holds undos. */
    public static boolean holdsUndos(String topic) {
        return topic.startsWith(UNDO_PREFIX);
    }
}
