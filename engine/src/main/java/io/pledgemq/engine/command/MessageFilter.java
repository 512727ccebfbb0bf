package io.pledgemq.engine.command;

import java.util.Set;

/**
 * Selects messages at receive. A message that it rejects is skipped for the group, for good. Must be fast and without
 * side effects.
 */
@FunctionalInterface
public interface MessageFilter {
    boolean accepts(Message message);

    /** Messages with one of the tags. */
    static MessageFilter tags(Set<String> tags) {
        Set<String> wanted = Set.copyOf(tags);
        return message -> message.tag() != null && wanted.contains(message.tag());
    }
}
