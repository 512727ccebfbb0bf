package io.pledgemq.server.access;

import java.util.List;
import java.util.Set;

/** Actions that are allowed on the topics and groups that match. Never covers the server as a whole: roles do. */
record Grant(Set<Action> actions, List<NamePattern> topics, List<NamePattern> groups) {

    Grant {
        actions = Set.copyOf(actions);
        topics = List.copyOf(topics);
        groups = List.copyOf(groups);
    }

    boolean covers(Action action, Resource resource) {
        if (!actions.contains(action)) {
            return false;
        }
        List<NamePattern> patterns =
                switch (resource.kind()) {
                    case TOPIC -> topics;
                    case GROUP -> groups;
                    case SERVER -> List.<NamePattern>of();
                };
        for (NamePattern pattern : patterns) {
            if (pattern.matches(resource.name())) {
                return true;
            }
        }
        return false;
    }
}
