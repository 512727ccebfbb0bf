package io.pledgemq.sdk.embedded;

import io.pledgemq.engine.Engine;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.OnExhausted;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.command.RetryPolicy;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.Silence;
import io.pledgemq.sdk.errors.EngineUnavailableException;
import io.pledgemq.sdk.errors.MessageRefusedException;
import io.pledgemq.sdk.errors.MessageRefusedException.Reason;
import io.pledgemq.sdk.retry.WhenExhausted;
import io.pledgemq.sdk.transport.CheckAnswer;
import io.pledgemq.sdk.transport.Decision;
import io.pledgemq.sdk.transport.DecisionResult;
import io.pledgemq.sdk.transport.GroupDeclaration;
import io.pledgemq.sdk.transport.Limits;
import io.pledgemq.sdk.transport.Origin;
import io.pledgemq.sdk.transport.OutgoingMessage;
import io.pledgemq.sdk.transport.PledgeProperties;
import io.pledgemq.sdk.transport.PrepareResult;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Translates between the engine's and the transport's types. */
final class Answers {
    private Answers() {}

    static Message message(OutgoingMessage message) {
        long deliverAtMs = message.deliverAt() == null ? 0 : message.deliverAt().toEpochMilli();
        return new Message(
                MessageId.of(message.messageId()),
                message.topic(),
                message.key().isEmpty() ? null : message.key(),
                null,
                message.messageGroup(),
                withoutOrder(message),
                message.body().bytes(),
                deliverAtMs);
    }

    static Limits limits(io.pledgemq.engine.command.Limits limits) {
        return new Limits(
                limits.bodyBytes(), limits.properties(), limits.propertiesBytes(), Duration.ofMillis(limits.delayMs()));
    }

    /** Removes the order flag: the engine gets it as a parameter, and receivers do not need it. */
    private static Map<String, String> withoutOrder(OutgoingMessage message) {
        if (!message.ordered()) {
            return message.properties();
        }
        Map<String, String> properties = new HashMap<>(message.properties());
        properties.remove(PledgeProperties.ORDERED);
        return properties;
    }

    /** The database answers for itself, so its identity is the service that the engine asks. */
    static Sender sender(Origin origin) {
        return new Sender(origin.databaseId(), origin.instance());
    }

    static GroupConfig group(GroupDeclaration group, boolean fifo) {
        List<Long> pauses =
                group.retry().pauses().stream().map(Duration::toMillis).toList();
        int jitterPercent = (int) Math.round(group.retry().jitter() * 100);
        OnExhausted onExhausted =
                group.whenExhausted() == WhenExhausted.COMPENSATE ? OnExhausted.COMPENSATE : OnExhausted.PARK;
        return GroupConfig.of(group.group())
                .withFifo(fifo)
                .withRetry(group.retry().maxAttempts(), new RetryPolicy.Listed(pauses, jitterPercent))
                .withOnExhausted(onExhausted);
    }

    static PrepareResult prepared(Outcome outcome) {
        if (outcome instanceof Outcome.Stored stored) {
            return new PrepareResult.Prepared(Long.toString(stored.position()));
        } else if (outcome instanceof Outcome.Refused refused) {
            return new PrepareResult.Refused(reason(refused.why()), refused.text());
        }
        throw new EngineUnavailableException("expected the engine to store or refuse, actual " + outcome);
    }

    static CompletableFuture<Outcome> decide(Engine engine, Decision decision) {
        return engine.decide(
                Long.parseLong(decision.transaction()),
                MessageId.of(decision.messageId()),
                decision.commit()
                        ? io.pledgemq.engine.command.Decision.COMMIT
                        : io.pledgemq.engine.command.Decision.ROLLBACK,
                Party.sender(decision.instance()));
    }

    /** Takes null for a call that ended without an outcome. */
    static DecisionResult decided(@Nullable Outcome outcome) {
        if (outcome instanceof Outcome.Decided decided) {
            return decided.repeated() ? DecisionResult.ALREADY : DecisionResult.DONE;
        } else if (outcome instanceof Outcome.Refused refused) {
            return switch (refused.why()) {
                case CONTRARY_DECISION -> DecisionResult.CONTRARY;
                case UNKNOWN_TRANSACTION -> DecisionResult.UNKNOWN_TRANSACTION;
                default -> DecisionResult.NOT_CONFIRMED;
            };
        }
        return DecisionResult.NOT_CONFIRMED;
    }

    static Silence silence(CheckAnswer answer) {
        CheckAnswer.Silence why = answer.silence();
        return switch (why == null ? CheckAnswer.Silence.NOT_MINE : why) {
            case NOT_MINE -> Silence.NOT_MINE;
            case NOT_SEEN -> Silence.NOT_SEEN;
            case IN_OUTBOX -> Silence.IN_OUTBOX;
            case DATABASE_AWAY -> Silence.DATABASE_AWAY;
        };
    }

    static void requireDone(Outcome outcome) {
        if (outcome instanceof Outcome.Refused refused) {
            Reason reason = reason(refused.why());
            throw reason == null
                    ? new EngineUnavailableException(refused.text())
                    : new MessageRefusedException(reason, refused.text());
        }
    }

    /** Null where the caller did nothing wrong and may try again later. */
    private static @Nullable Reason reason(Refusal why) {
        return switch (why) {
            case UNKNOWN_TOPIC -> Reason.UNKNOWN_TOPIC;
            case UNKNOWN_GROUP, NOT_SUBSCRIBED -> Reason.UNKNOWN_GROUP;
            case ILLEGAL_NAME -> Reason.ILLEGAL_NAME;
            case BODY_TOO_LARGE -> Reason.BODY_TOO_LARGE;
            case PROPERTIES_TOO_LARGE -> Reason.PROPERTIES_TOO_LARGE;
            case DELAY_TOO_LONG -> Reason.DELAY_TOO_LONG;
            case WRONG_TOPIC_TYPE -> Reason.WRONG_TOPIC_TYPE;
            case DISK_FULL,
                    CLOSED,
                    TOO_MANY_PREPARED,
                    TOO_MANY_PENDING,
                    TOO_MANY_DELAYED,
                    TOO_MANY_KEPT,
                    TOO_MANY_IN_FLIGHT -> null;
            default -> Reason.OTHER;
        };
    }
}
