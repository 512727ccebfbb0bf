package io.pledgemq.server.grpc;

import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.Receipt;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.server.access.Capabilities;
import io.pledgemq.server.access.ReceiptScope;

/**
 * Issues and checks the handles by which a client settles a delivery or a transaction, as {@link Capabilities} makes
 * them. A handle of another server or another user gets the protocol's refusal.
 */
final class Handles {
    private final Capabilities capabilities;
    private final Authorizer authorizer;

    Handles(Capabilities capabilities, Authorizer authorizer) {
        this.capabilities = capabilities;
        this.authorizer = authorizer;
    }

    /** Issues a transaction id that is valid for this user and for the message's own topic only. */
    String transaction(long position, String topic, String user) {
        return capabilities.transactionId(position, topic, user);
    }

    long transaction(String text, String topic, Caller caller) {
        return capabilities
                .transaction(text, topic, caller.user())
                .orElseThrow(() -> authorizer.notTheirs(
                        caller,
                        Code.INVALID_TRANSACTION_ID,
                        "the transaction id was not given to this user for a message of topic '" + topic
                                + "' by this server; use the one that the send gave, with the message's own topic"));
    }

    String receipt(Receipt receipt, ReceiptScope scope) {
        return capabilities.receiptHandle(receipt, scope);
    }

    Receipt receipt(String text, String group, String topic, Caller caller) {
        return capabilities
                .receipt(text, new ReceiptScope(group, topic, caller.user()))
                .orElseThrow(() -> authorizer.notTheirs(
                        caller,
                        Code.INVALID_RECEIPT_HANDLE,
                        "the receipt handle was not given to this group, topic and user by this server"));
    }

    /** Returns whether the caller may still decide transactions of this topic. */
    boolean mayDecide(String topic, Caller caller) {
        return authorizer.mayPublish(caller, topic);
    }

    String recall(MessageId id, String topic) {
        return capabilities.recallHandle(id, topic);
    }

    MessageId recall(String text, String topic) {
        return capabilities
                .recalled(text, topic)
                .orElseThrow(() -> new ProtocolException(
                        Code.BAD_REQUEST, "the recall handle was not given for this topic by this server"));
    }
}
