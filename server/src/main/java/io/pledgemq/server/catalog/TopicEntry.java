package io.pledgemq.server.catalog;

import io.pledgemq.engine.command.TopicType;

/**
 * A topic.
 *
 * @param queues how many queues its clients see; the engine needs none
 */
public record TopicEntry(String name, TopicType type, int queues) {}
