package io.pledgemq.server.catalog;

import io.pledgemq.engine.Engine;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.view.EngineStats;
import io.pledgemq.engine.view.GroupView;
import io.pledgemq.engine.view.SubscriptionView;
import io.pledgemq.engine.view.TopicView;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A copy of the engine's topics, groups and subscriptions, so that requests need not ask the engine for them. All
 * changes of this process go through here, and no other process can use the engine, so the copy is accurate.
 * Thread-safe.
 */
public final class Catalog {
    private final Engine engine;
    private final GroupDefaults defaults;
    private final Map<String, TopicEntry> topics = new ConcurrentHashMap<>();
    private final Map<String, GroupConfig> groups = new ConcurrentHashMap<>();
    private final Set<Subscribed> subscriptions = ConcurrentHashMap.newKeySet();

    private record Subscribed(String group, String topic) {}

    private Catalog(Engine engine, GroupDefaults defaults) {
        this.engine = engine;
        this.defaults = defaults;
    }

    /** Reads what there is. Waits for the engine. */
    public static Catalog load(Engine engine, GroupDefaults defaults) {
        Catalog catalog = new Catalog(engine, defaults);
        EngineStats stats = engine.desk().stats().join();
        for (TopicView topic : stats.topics()) {
            catalog.topics.put(topic.name(), new TopicEntry(topic.name(), topic.type(), topic.queues()));
        }
        for (GroupView group : stats.groups()) {
            catalog.known(group.config());
            for (SubscriptionView subscription : group.subscriptions()) {
                catalog.subscriptions.add(new Subscribed(group.config().name(), subscription.topic()));
            }
        }
        return catalog;
    }

    public @Nullable TopicEntry topic(String name) {
        return topics.get(name);
    }

    public Collection<TopicEntry> topics() {
        return List.copyOf(topics.values());
    }

    public @Nullable GroupConfig group(String name) {
        return groups.get(name);
    }

    public Collection<GroupConfig> groups() {
        return List.copyOf(groups.values());
    }

    /** A group as its first use would make it. */
    public GroupConfig newGroup(String name, boolean fifo) {
        return defaults.group(name, fifo);
    }

    /** Creates a topic, or changes its number of queues; done also if it exists just so. */
    public CompletableFuture<Outcome> createTopic(TopicConfig config) {
        return engine.createTopic(config).thenApply(outcome -> {
            if (outcome instanceof Outcome.Done) {
                topics.put(config.name(), new TopicEntry(config.name(), config.type(), config.queues()));
            }
            return outcome;
        });
    }

    /** Deletes a topic that nobody needs any more. */
    public CompletableFuture<Outcome> deleteTopic(String name) {
        return engine.deleteTopic(name).thenApply(outcome -> {
            if (outcome instanceof Outcome.Done) {
                topics.remove(name);
            }
            return outcome;
        });
    }

    /** Creates a group or changes how it is configured. */
    public CompletableFuture<Outcome> putGroup(GroupConfig config) {
        return engine.putGroup(config).thenApply(outcome -> {
            if (outcome instanceof Outcome.Done) {
                known(config);
            }
            return outcome;
        });
    }

    /** Deletes a group with its progress and its dead letters; see {@link Engine#deleteGroup}. */
    public CompletableFuture<Outcome> deleteGroup(String name, boolean evenIfUnsettled) {
        return engine.deleteGroup(name, evenIfUnsettled).thenApply(outcome -> {
            if (outcome instanceof Outcome.Done) {
                groups.remove(name);
                topics.remove(TopicConfig.deadLettersOf(name).name());
                subscriptions.removeIf(subscribed -> subscribed.group.equals(name));
            }
            return outcome;
        });
    }

    /** Ends a group's subscription to a topic; see {@link Engine#unsubscribe}. */
    public CompletableFuture<Outcome> unsubscribe(String group, String topic, boolean evenIfUnsettled) {
        return engine.unsubscribe(group, topic, evenIfUnsettled).thenApply(outcome -> {
            if (outcome instanceof Outcome.Done) {
                subscriptions.remove(new Subscribed(group, topic));
            }
            return outcome;
        });
    }

    /** A group comes with the topic of its dead letters. */
    private void known(GroupConfig group) {
        TopicConfig dead = TopicConfig.deadLettersOf(group.name());
        topics.put(dead.name(), new TopicEntry(dead.name(), dead.type(), dead.queues()));
        groups.put(group.name(), group);
    }

    /** Makes sure that the group exists and gets the topic's messages, as its first use does. */
    public CompletableFuture<Outcome> ensureSubscribed(String group, String topicName) {
        Subscribed wanted = new Subscribed(group, topicName);
        if (subscriptions.contains(wanted)) {
            return CompletableFuture.completedFuture(Outcome.DONE);
        }
        TopicEntry topic = topics.get(topicName);
        if (topic == null) {
            return refused(Refusal.UNKNOWN_TOPIC, "there is no topic '" + topicName + "'; create it first");
        }
        return ensureGroup(group, topic.type() == TopicType.FIFO).thenCompose(created -> {
            if (created instanceof Outcome.Refused) {
                return CompletableFuture.completedFuture(created);
            }
            boolean fromStart = defaults.fromStart() || TopicConfig.holdsDeadLetters(topicName);
            return engine.subscribe(group, topicName, fromStart).thenApply(outcome -> {
                if (outcome instanceof Outcome.Done) {
                    subscriptions.add(wanted);
                }
                return outcome;
            });
        });
    }

    private CompletableFuture<Outcome> ensureGroup(String group, boolean fifo) {
        if (groups.containsKey(group)) {
            return CompletableFuture.completedFuture(Outcome.DONE);
        }
        if (!defaults.create()) {
            return refused(
                    Refusal.UNKNOWN_GROUP,
                    "there is no consumer group '" + group
                            + "', and groups are not created by their first use; create it first");
        }
        return putGroup(newGroup(group, fifo));
    }

    private static CompletableFuture<Outcome> refused(Refusal why, String text) {
        return CompletableFuture.completedFuture(new Outcome.Refused(why, text));
    }
}
