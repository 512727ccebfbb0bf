package io.pledgemq.engine.state;

import io.pledgemq.engine.command.GroupConfig;
import java.util.List;

/**
 * A consumer group with its current configuration.
 *
 * @param paused true while nothing is delivered to it
 * @param subscriptions ids, in the order of their creation
 */
public record Group(GroupConfig config, boolean paused, List<Integer> subscriptions) {
    public Group {
        subscriptions = List.copyOf(subscriptions);
    }
}
