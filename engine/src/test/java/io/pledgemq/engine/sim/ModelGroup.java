package io.pledgemq.engine.sim;

import io.pledgemq.engine.command.GroupConfig;
import java.util.Map;
import java.util.TreeMap;

/** A consumer group. */
final class ModelGroup {
    GroupConfig config;
    boolean paused;
    final Map<String, ModelSubscription> subscriptions = new TreeMap<>();

    ModelGroup(GroupConfig config) {
        this.config = config;
    }
}
