package io.pledgemq.engine.command;

/**
 * A topic as it was created.
 *
 * @param name 1 to 127 of {@code [%a-zA-Z0-9_-]}
 * @param type what may be sent to it; never changes
 */
public record TopicConfig(String name, TopicType type) {}
