package io.pledgemq.engine.sim;

import io.pledgemq.engine.command.CheckRequest;
import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.sim.ModelMessage.Status;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The sending side: stored once, decided once, asked about while undecided. */
final class ModelSenders {
    private final Model model;

    ModelSenders(Model model) {
        this.model = model;
    }

    void answered(Op op, Outcome outcome) {
        Command command = op.requireCommand();
        if (command instanceof Command.Send send) {
            stored(op, send.message(), outcome);
        } else if (command instanceof Command.Prepare prepare) {
            stored(op, prepare.message(), outcome);
        } else if (command instanceof Command.Decide decide) {
            decided(op, decide, outcome);
        } else if (command instanceof Command.Recall recall) {
            recalled(op, model.find(recall.id()), outcome);
        } else if (command instanceof Command.CheckAgain again) {
            checkedAgain(op, again, outcome);
        } else if (command instanceof Command.AnswerUnknown unknown) {
            ModelMessage message = model.prepared(unknown.transactionId());
            Model.expect(message != null, op, "nothing");
            if (message != null) {
                unknown(op, unknown, message, outcome);
            }
        }
    }

    /** Accepted from instances that were asked in this check; the engine chooses when a check is over. */
    private void unknown(Op op, Command.AnswerUnknown unknown, ModelMessage message, Outcome outcome) {
        boolean notAsked = outcome instanceof Outcome.Refused refused && refused.why() == Refusal.NOT_ASKED;
        if (message.status == Status.UNDECIDED) {
            boolean asked = message.asked.contains(unknown.instance());
            Model.expect(notAsked || (asked && outcome instanceof Outcome.Done), op, message.asked);
            SimSession last = message.lastAsked;
            if (!notAsked
                    && last != null
                    && last.sender.instance().equals(unknown.instance())
                    && model.now - message.askedAt < model.checks.answerMs()) {
                model.asked.computeIfPresent(last.sender, (sender, times) -> new long[] {times[0], model.now});
            }
        } else if (!notAsked || !message.isPending()) {
            Model.refused(op, outcome, Refusal.UNKNOWN_TRANSACTION, message);
        }
    }

    private @Nullable Refusal refusal(Message message, boolean plain) {
        ModelTopic topic = model.topics.get(message.topic());
        if (topic == null) {
            return Refusal.UNKNOWN_TOPIC;
        }
        TopicType type = topic.config.type();
        boolean wrong = type == (plain ? TopicType.TRANSACTION : TopicType.NORMAL)
                || (type == TopicType.FIFO) != (message.messageGroup() != null)
                || (type != TopicType.DELAY && message.deliverAtMs() > 0);
        return wrong ? Refusal.WRONG_TOPIC_TYPE : null;
    }

    private void stored(Op op, Message sent, Outcome outcome) {
        ModelMessage message = model.message(sent);
        boolean plain = op.requireCommand() instanceof Command.Send;
        Refusal refusal = refusal(sent, plain);
        if (refusal != null) {
            Model.refused(op, outcome, refusal, message);
            return;
        }
        Refusal overLimit = message.status == Status.ABSENT ? overLimit(sent, plain) : null;
        if (overLimit != null) {
            Model.refused(op, outcome, overLimit, message);
            return;
        }
        if (!(outcome instanceof Outcome.Stored stored)) {
            throw new Violation(op + ", but the model would store it");
        }
        if (stored.duplicate()) {
            Model.expect(message.status != Status.ABSENT && message.transactionId == stored.position(), op, message);
            return;
        }
        Model.expect(message.status == Status.ABSENT, op, message);
        model.stored(message, stored.position());
        if (!plain) {
            message.status = Status.UNDECIDED;
            message.queued = message.ordered && sent.messageGroup() != null;
            message.checks = 0;
            message.due = model.now + message.firstCheckMs;
        } else {
            show(message);
        }
    }

    /** Messages that are not published at once are refused beyond their limits. */
    private @Nullable Refusal overLimit(Message message, boolean plain) {
        boolean delayed = message.deliverAtMs() > model.wall;
        if ((!plain || delayed) && count(ModelMessage::isPending) >= model.rows.pending()) {
            return Refusal.TOO_MANY_PENDING;
        }
        boolean tooManyDelayed = count(known -> known.status == Status.DELAYED) >= model.rows.delayed();
        return delayed && tooManyDelayed ? Refusal.TOO_MANY_DELAYED : null;
    }

    private long count(Predicate<ModelMessage> which) {
        return model.messages.values().stream().filter(which).count();
    }

    private void show(ModelMessage message) {
        if (message.message.deliverAtMs() > model.wall) {
            message.status = Status.DELAYED;
        } else {
            ModelTopic topic = model.topics.get(message.message.topic());
            if (topic == null) {
                throw new Violation("the topic of a pending message was deleted: " + message);
            }
            topic.publish(message);
        }
    }

    private void decided(Op op, Command.Decide decide, Outcome outcome) {
        ModelMessage message = model.find(decide.id());
        if (message == null || message.transactionId != decide.transactionId() || message.sender == null) {
            Model.refused(op, outcome, Refusal.UNKNOWN_TRANSACTION, message);
            return;
        }
        switch (message.status) {
            case UNDECIDED, PARKED -> {
                Model.expect(outcome.equals(new Outcome.Decided(decide.decision(), false)), op, message);
                ModelPublishOrder lines = new ModelPublishOrder(model);
                if (decide.decision() == Decision.ROLLBACK) {
                    message.status = Status.ROLLED_BACK;
                } else if (message.queued && lines.isHeldUp(message)) {
                    message.status = Status.HELD;
                    return;
                } else {
                    show(message);
                }
                message.queued = false;
                lines.behind(message).forEach(this::show);
            }
            case DELAYED, HELD, VISIBLE -> again(op, outcome, Decision.COMMIT, message);
            case ROLLED_BACK -> again(op, outcome, Decision.ROLLBACK, message);
            case RECALLED, ABSENT -> Model.refused(op, outcome, Refusal.UNKNOWN_TRANSACTION, message);
        }
    }

    private static void again(Op op, Outcome outcome, Decision first, ModelMessage message) {
        if (((Command.Decide) op.requireCommand()).decision() == first) {
            Model.expect(outcome.equals(new Outcome.Decided(first, true)), op, message);
        } else {
            Model.refused(op, outcome, Refusal.CONTRARY_DECISION, message);
        }
    }

    private void recalled(Op op, @Nullable ModelMessage message, Outcome outcome) {
        if (message != null && (message.status == Status.DELAYED || message.status == Status.RECALLED)) {
            Model.expect(outcome instanceof Outcome.Done, op, message);
            message.status = Status.RECALLED;
        } else {
            Model.refused(op, outcome, Refusal.UNKNOWN_MESSAGE, message);
        }
    }

    private void checkedAgain(Op op, Command.CheckAgain again, Outcome outcome) {
        ModelMessage message = model.find(again.id());
        if (message != null && message.transactionId == again.transactionId() && message.isUndecided()) {
            Model.expect(outcome instanceof Outcome.Done, op, message);
            message.status = Status.UNDECIDED;
            message.checks = 0;
            message.due = model.now;
        } else {
            Model.refused(op, outcome, Refusal.UNKNOWN_TRANSACTION, message);
        }
    }

    /**
     * An instance that disconnects within the time for an answer may not have received the question, so it may be asked
     * again. The time starts again with each answer to an earlier question, of which there are at most {@code credit}.
     */
    static void disconnected(Model model, SimSession session) {
        long longest = model.checks.answerMs() * session.credit;
        for (ModelMessage message : model.messages.values()) {
            if (message.lastAsked == session && model.now - message.askedAt < longest) {
                message.lostAsked = true;
            }
        }
    }

    /** A sender got a question. Only this counts as a check. */
    static void asked(Model model, SimSession session, CheckRequest request) {
        Sender asked = session.sender;
        ModelMessage message = model.message(request.message());
        Violation.check(ModelMessage.same(request.message(), message.message), "asked about an altered %s", message);
        new ModelSilences(model).asked(message, asked.instance(), request.number());
        Violation.check(
                message.status == Status.UNDECIDED && message.transactionId == request.transactionId(),
                "asked about %s",
                message);
        if (request.number() == message.checks + 1) {
            Violation.check(message.due <= model.now, "asked at %d, before the check is due: %s", model.now, message);
            message.checks++;
            message.said.clear();
            message.asked.clear();
        }
        String service = asked.service();
        Sender sender = Objects.requireNonNull(message.sender);
        boolean mayAnswer = service.equals(sender.service())
                || (sender.othersOfTopic()
                        && service.equals(
                                Sender.ofTopic(message.message.topic(), "").service()));
        Violation.check(mayAnswer, "%s asked about a message of another service: %s", asked, message);
        if (message.lostAsked && message.lastAsked != null) {
            message.asked.remove(message.lastAsked.sender.instance());
        }
        boolean prepared = asked.instance().equals(sender.instance());
        boolean itsSenderFirst = model.connected.stream()
                .anyMatch(there -> there.service().equals(sender.service())
                        && there.instance().equals(sender.instance())
                        && !mayBeMute(model, there)
                        && !message.asked.contains(there.instance()));
        Violation.check(prepared || !itsSenderFirst, "%s asked, though its sender is connected: %s", asked, message);
        Violation.check(!message.asked.contains(asked.instance()), "%s asked twice in a check: %s", asked, message);
        message.asked.add(asked.instance());
        message.lastAsked = session;
        message.askedAt = model.now;
        model.asked.putIfAbsent(asked, new long[] {model.now, model.now});
        message.lostAsked = false;
        Violation.check(request.number() == message.checks, "check number %d of %s", request.number(), message);
        int doublings = Math.min(Math.max(message.checks - 1, 0), 30);
        message.due = model.now + Math.min(model.checks.capMs(), model.checks.intervalMs() << doublings);
    }

    /** It was asked, and is not known to have answered in the time for an answer: it is not waited for. */
    private static boolean mayBeMute(Model model, Sender sender) {
        long[] times = model.asked.get(sender);
        return times != null
                && model.now - times[0] >= model.checks.answerMs()
                && model.now - times[1] >= model.checks.answerMs();
    }
}
