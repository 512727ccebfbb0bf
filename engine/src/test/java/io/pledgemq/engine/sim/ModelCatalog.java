package io.pledgemq.engine.sim;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.state.Deliveries;
import org.jspecify.annotations.Nullable;

/** Topics, groups, subscriptions, and what operators do with them. */
final class ModelCatalog {
    private final Model model;

    ModelCatalog(Model model) {
        this.model = model;
    }

    void answered(Op op, Outcome outcome) {
        if (!(outcome instanceof Outcome.Done)) {
            refused(op, outcome);
            return;
        }
        Command command = op.requireCommand();
        if (command instanceof Command.CreateTopic create) {
            model.topics.computeIfAbsent(create.config().name(), name -> new ModelTopic(create.config())).config =
                    create.config();
        } else if (command instanceof Command.DeleteTopic delete) {
            Model.expect(isUnused(delete.topic()), op, "a topic in use");
            model.topics.remove(delete.topic());
        } else if (command instanceof Command.PutGroup put) {
            ModelGroup group = model.groups.computeIfAbsent(put.config().name(), name -> new ModelGroup(put.config()));
            TopicConfig deadLetters = TopicConfig.deadLettersOf(put.config().name());
            model.topics.computeIfAbsent(deadLetters.name(), name -> new ModelTopic(deadLetters));
            group.config = put.config();
        } else if (command instanceof Command.DeleteGroup delete) {
            deleted(op, delete);
        } else if (command instanceof Command.PauseGroup pause) {
            group(pause.group()).paused = pause.paused();
        } else if (command instanceof Command.Subscribe subscribe) {
            subscribed(subscribe);
        } else if (command instanceof Command.Unsubscribe leave) {
            ModelSubscription left = group(leave.group()).subscriptions.remove(leave.topic());
            Model.expect(left != null, op, "no subscription");
            Model.expect(leave.evenIfUnsettled() || (left != null && left.rows.isEmpty()), op, "unsettled messages");
        } else if (command instanceof Command.MoveCursor move) {
            moved(op, move);
        } else if (command instanceof Command.Trim trim) {
            trimmed(trim);
        }
    }

    private void deleted(Op op, Command.DeleteGroup delete) {
        Model.expect(!isRead(delete.group()), op, "another group that reads its dead letters");
        Model.expect(delete.evenIfUnsettled() || !isUnsettled(delete.group()), op, "unsettled messages");
        Model.expect(model.groups.remove(delete.group()) != null, op, "no group");
        model.topics.remove(TopicConfig.deadLettersOf(delete.group()).name());
    }

    private boolean isRead(String name) {
        String deadLetters = TopicConfig.deadLettersOf(name).name();
        return model.groups.values().stream()
                .anyMatch(group -> !group.config.name().equals(name) && group.subscriptions.containsKey(deadLetters));
    }

    private boolean isUnsettled(String name) {
        return group(name).subscriptions.values().stream().anyMatch(subscription -> !subscription.rows.isEmpty());
    }

    /** Up to what every subscription has seen. */
    private void trimmed(Command.Trim trim) {
        ModelTopic topic = model.topics.get(trim.topic());
        if (topic == null) {
            throw new Violation("trimmed a missing topic: " + trim);
        }
        long allowed = Math.min(trim.beforeOffset(), topic.endNow());
        for (ModelGroup group : model.groups.values()) {
            ModelSubscription subscription = group.subscriptions.get(trim.topic());
            allowed = subscription == null ? allowed : Math.min(allowed, subscription.next);
        }
        topic.first = Math.max(topic.first, allowed);
    }

    private ModelGroup group(String name) {
        ModelGroup group = model.groups.get(name);
        if (group == null) {
            throw new Violation("the model has no group " + name);
        }
        return group;
    }

    private boolean isUnused(String name) {
        return model.topics.containsKey(name)
                && model.groups.values().stream().noneMatch(group -> group.subscriptions.containsKey(name))
                && model.messages.values().stream()
                        .noneMatch(message ->
                                message.isPending() && message.message.topic().equals(name));
    }

    private void subscribed(Command.Subscribe subscribe) {
        ModelGroup group = group(subscribe.group());
        ModelTopic topic = model.topics.get(subscribe.topic());
        if (topic == null) {
            throw new Violation("subscribed to a missing topic: " + subscribe);
        }
        group.subscriptions.computeIfAbsent(
                subscribe.topic(),
                name -> new ModelSubscription(group, topic, subscribe.fromStart() ? topic.first : topic.endNow()));
    }

    private void moved(Op op, Command.MoveCursor move) {
        ModelSubscription subscription = model.subscription(move.group(), move.topic());
        Model.expect(subscription != null, op, "no subscription");
        if (subscription != null) {
            ModelTopic topic = subscription.topic;
            long target = Math.max(topic.first, Math.min(move.offset(), topic.endNow()));
            subscription.next = target;
            subscription
                    .rows
                    .values()
                    .removeIf(row -> row.state != Deliveries.DEAD
                            && row.kind == Deliveries.MESSAGE
                            && row.revision == 0
                            && row.offset >= target);
        }
    }

    private void refused(Op op, Outcome outcome) {
        if (!(outcome instanceof Outcome.Refused refused)) {
            throw new Violation("not an answer to such a command: " + op);
        }
        Refusal expected = refusal(op.requireCommand());
        Model.expect(refused.why() == expected, op, expected);
    }

    private @Nullable Refusal refusal(Command command) {
        if (command instanceof Command.DeleteTopic delete) {
            return model.topics.containsKey(delete.topic()) ? Refusal.IN_USE : Refusal.UNKNOWN_TOPIC;
        }
        if (command instanceof Command.DeleteGroup delete && model.groups.containsKey(delete.group())) {
            boolean inUse = isRead(delete.group()) || (!delete.evenIfUnsettled() && isUnsettled(delete.group()));
            return inUse ? Refusal.IN_USE : null;
        }
        if (command instanceof Command.Unsubscribe leave) {
            ModelSubscription subscription = model.subscription(leave.group(), leave.topic());
            boolean inUse = subscription != null && !leave.evenIfUnsettled() && !subscription.rows.isEmpty();
            return inUse ? Refusal.IN_USE : subscription == null ? Refusal.NOT_SUBSCRIBED : null;
        }
        if (command instanceof Command.DeleteGroup || command instanceof Command.PauseGroup) {
            return Refusal.UNKNOWN_GROUP;
        }
        if (command instanceof Command.Subscribe subscribe) {
            return model.groups.containsKey(subscribe.group()) ? Refusal.UNKNOWN_TOPIC : Refusal.UNKNOWN_GROUP;
        }
        if (command instanceof Command.MoveCursor) {
            return Refusal.NOT_SUBSCRIBED;
        }
        return command instanceof Command.Trim ? Refusal.UNKNOWN_TOPIC : null;
    }
}
