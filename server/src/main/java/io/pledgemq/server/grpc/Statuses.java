package io.pledgemq.server.grpc;

import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.Status;
import org.jspecify.annotations.Nullable;

/** Maps the engine's outcomes to the protocol's status codes. */
final class Statuses {
    static final Status OK = of(Code.OK, "OK");

    private Statuses() {}

    static Status of(Code code, @Nullable String text) {
        return Status.newBuilder()
                .setCode(code)
                .setMessage(text == null ? code.name() : text)
                .build();
    }

    /** Returns the status for the outcome of a call. */
    static Status of(Outcome outcome) {
        return outcome instanceof Outcome.Refused refused ? refusal(refused).status() : OK;
    }

    /** Returns the protocol's status for an engine's refusal. */
    static ProtocolException refusal(Outcome.Refused refused) {
        return new ProtocolException(code(refused.why()), rocketMqsWords(refused.why()) + refused.text());
    }

    /** Returns the refusal of a topic that does not exist. */
    static ProtocolException noTopic(String name) {
        return new ProtocolException(
                Code.TOPIC_NOT_FOUND,
                rocketMqsWords(Refusal.UNKNOWN_TOPIC) + "there is no topic '" + name
                        + "'; create it: pledgemq topic create " + name + " --type NORMAL|FIFO|DELAY|TRANSACTION");
    }

    /** Returns the words that users of RocketMQ search for in their logs. */
    private static String rocketMqsWords(Refusal why) {
        return switch (why) {
            case UNKNOWN_TOPIC -> "No topic route info: ";
            case UNKNOWN_GROUP -> "subscription group not exist: ";
            case UNKNOWN_TRANSACTION -> "cannot found transaction data: ";
            case LEASE_EXPIRED -> "receipt handle is expired: ";
            default -> "";
        };
    }

    private static Code code(Refusal why) {
        return switch (why) {
            case UNKNOWN_TOPIC -> Code.TOPIC_NOT_FOUND;
            case UNKNOWN_GROUP, NOT_SUBSCRIBED -> Code.CONSUMER_GROUP_NOT_FOUND;
            case WRONG_TOPIC_TYPE -> Code.MESSAGE_PROPERTY_CONFLICT_WITH_TYPE;
            case ILLEGAL_NAME -> Code.ILLEGAL_TOPIC;
            case BODY_TOO_LARGE -> Code.MESSAGE_BODY_TOO_LARGE;
            case PROPERTIES_TOO_LARGE -> Code.MESSAGE_PROPERTIES_TOO_LARGE;
            case DELAY_TOO_LONG -> Code.ILLEGAL_DELIVERY_TIME;
            case TOO_MANY_PREPARED, TOO_MANY_PENDING, TOO_MANY_DELAYED, TOO_MANY_KEPT, TOO_MANY_IN_FLIGHT ->
                Code.TOO_MANY_REQUESTS;
            case UNKNOWN_TRANSACTION, CONTRARY_DECISION, NOT_ASKED -> Code.INVALID_TRANSACTION_ID;
            case LEASE_EXPIRED -> Code.INVALID_RECEIPT_HANDLE;
            case UNKNOWN_MESSAGE -> Code.MESSAGE_NOT_FOUND;
            case FILTER_FAILED -> Code.ILLEGAL_FILTER_EXPRESSION;
            case TOO_MANY_TOPICS, TOO_MANY_GROUPS -> Code.FORBIDDEN;
            case ILLEGAL_ARGUMENT, CONFLICT, IN_USE, NOT_OPEN -> Code.BAD_REQUEST;
            case DISK_FULL, CLOSED -> Code.INTERNAL_SERVER_ERROR;
        };
    }
}
