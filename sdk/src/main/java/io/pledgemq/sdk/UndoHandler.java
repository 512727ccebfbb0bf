package io.pledgemq.sdk;

import io.pledgemq.sdk.jdbc.Inbox;
import io.pledgemq.sdk.transport.AckNote.Outcome;
import io.pledgemq.sdk.transport.Delivery;
import io.pledgemq.sdk.transport.PledgeProperties;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Undoes a message exactly once, under the id of the message to undo, so that several groups which give up cause one
 * undo. A consumer group undoes what its inbox says it applied; a sender undoes what came out of its own database.
 */
final class UndoHandler<T> implements DeliveryHandler {
    private final Participant participant;
    private final String inboxGroup;
    private final boolean sender;
    private final Payloads<T> payloads;
    private final MessageHandler<T> handler;

    private UndoHandler(
            Participant participant,
            String inboxGroup,
            boolean sender,
            Payloads<T> payloads,
            MessageHandler<T> handler) {
        this.participant = participant;
        this.inboxGroup = inboxGroup;
        this.sender = sender;
        this.payloads = payloads;
        this.handler = handler;
    }

    static <T> UndoHandler<T> ofSender(Participant participant, Payloads<T> payloads, MessageHandler<T> handler) {
        String group = Names.senderUndoGroup(participant.tables().database().id());
        return new UndoHandler<>(participant, group, true, payloads, handler);
    }

    static <T> UndoHandler<T> ofGroup(
            Participant participant, String group, Payloads<T> payloads, MessageHandler<T> handler) {
        return new UndoHandler<>(participant, group, false, payloads, handler);
    }

    @Override
    public Inbox.Place place(Delivery delivery) {
        String messageId = delivery.properties().getOrDefault(PledgeProperties.UNDO_OF, delivery.messageId());
        return new Inbox.Place(inboxGroup, messageId, PledgeProperties.dueMs(delivery.properties()));
    }

    @Override
    public Settlement handle(Delivery delivery) throws Exception {
        String database = delivery.properties().get(PledgeProperties.UNDO_DATABASE_ID);
        if (!delivery.properties().containsKey(PledgeProperties.UNDO_OF)) {
            return new Settlement.Dead("expected property " + PledgeProperties.UNDO_OF + " on topic " + delivery.topic()
                    + ", actual none; only PledgeMQ may send to this topic");
        } else if (sender
                && database != null
                && !database.equals(participant.tables().database().id())) {
            return Settlement.ack(Outcome.NOT_OURS, 0);
        }
        ReceivedMessage<T> message;
        try {
            message = undoOf(delivery);
        } catch (IOException e) {
            return new Settlement.Dead(payloads.refusal(e));
        }
        return undo(delivery, message);
    }

    private Settlement undo(Delivery delivery, ReceivedMessage<T> message) throws Exception {
        Inbox.Claim claim;
        try (OwnedTransaction transaction = OwnedTransaction.beginForDelivery(participant)) {
            boolean applied = sender;
            claim = Inbox.Claim.TAKEN;
            if (!sender) {
                claim = transaction.claimConsumed(place(delivery));
                applied = claim == Inbox.Claim.FIRST;
            }
            if (claim == Inbox.Claim.TAKEN) {
                Inbox.Row row = new Inbox.Row(Inbox.State.COMPENSATED, 0);
                claim = transaction.claim(place(delivery), row, delivery.evenIfOld());
            }
            if (claim == Inbox.Claim.FIRST) {
                if (applied) {
                    handler.handle(transaction.protocol(), message);
                }
                transaction.commit();
                return Settlement.ack(applied ? Outcome.APPLIED : Outcome.COMPENSATED, 0);
            }
        } catch (DatabaseAway e) {
            return Settlement.away(e);
        }
        return claim == Inbox.Claim.BUSY ? busy() : taken(place(delivery));
    }

    private Settlement taken(Inbox.Place place) throws SQLException {
        Optional<Inbox.Row> row = participant.tables().inbox().read(place);
        if (row.isPresent() && row.get().state() == Inbox.State.PARTIAL) {
            return new Settlement.Dead(ConsumerHandler.PARTIAL);
        }
        boolean undone = row.isPresent() && row.get().state() == Inbox.State.COMPENSATED;
        return undone ? Settlement.ack(Outcome.ALREADY_APPLIED, 0) : busy();
    }

    private static Settlement busy() {
        return Settlement.later("being applied or undone elsewhere at this moment");
    }

    private ReceivedMessage<T> undoOf(Delivery delivery) throws IOException {
        String topic = delivery.topic();
        String undoPrefix = Names.undoTopic("");
        return new ReceivedMessage<>(
                place(delivery).messageId(),
                topic.startsWith(undoPrefix) ? topic.substring(undoPrefix.length()) : topic,
                delivery.key(),
                payloads.decode(delivery),
                delivery.attempt(),
                delivery.revision(),
                delivery.properties().getOrDefault(PledgeProperties.UNDO_REASON, ""),
                delivery.properties());
    }
}
