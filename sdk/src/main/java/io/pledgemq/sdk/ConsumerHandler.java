package io.pledgemq.sdk;

import io.pledgemq.sdk.jdbc.Inbox;
import io.pledgemq.sdk.transport.AckNote.Outcome;
import io.pledgemq.sdk.transport.Delivery;
import io.pledgemq.sdk.transport.PledgeProperties;
import java.io.IOException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Handles deliveries for a consumer group: makes the effect of a message together with its inbox row, or, on the order
 * to compensate, makes sure that it never happens and sends the undo in the same transaction.
 */
final class ConsumerHandler<T> implements DeliveryHandler {
    static final String PARTIAL =
            "a handler has let the database commit a part of this message's effect (DDL, TRUNCATE, "
                    + "COMMIT as SQL text, SET autocommit inside of it) and failed then; compare the data, complete or undo the "
                    + "part, then set the state of its row in pledge_inbox to CONSUMED, or delete the row and retry";

    private final Participant participant;
    private final String group;
    private final Payloads<T> payloads;
    private final MessageHandler<T> handler;

    ConsumerHandler(Participant participant, String group, Payloads<T> payloads, MessageHandler<T> handler) {
        this.participant = participant;
        this.group = group;
        this.payloads = payloads;
        this.handler = handler;
    }

    @Override
    public Inbox.Place place(Delivery delivery) {
        return new Inbox.Place(group, delivery.messageId(), PledgeProperties.dueMs(delivery.properties()));
    }

    @Override
    public Settlement handle(Delivery delivery) throws Exception {
        Inbox.Place place = place(delivery);
        if (!delivery.evenIfOld() && participant.tables().inbox().isOld(place)) {
            return new Settlement.Dead(participant.tables().inbox().tooOld(place));
        }
        return delivery.kind() == Delivery.Kind.COMPENSATE ? compensate(delivery) : apply(delivery);
    }

    private Settlement apply(Delivery delivery) throws Exception {
        ReceivedMessage<T> message;
        try {
            message = new ReceivedMessage<>(
                    delivery.messageId(),
                    delivery.topic(),
                    delivery.key(),
                    payloads.decode(delivery),
                    delivery.attempt(),
                    delivery.revision(),
                    "",
                    delivery.properties());
        } catch (IOException e) {
            return new Settlement.Dead(payloads.refusal(e));
        }
        Inbox.Claim claim;
        try (OwnedTransaction transaction = OwnedTransaction.beginForDelivery(participant)) {
            Inbox.Row row = new Inbox.Row(Inbox.State.CONSUMED, delivery.revision());
            claim = transaction.claim(place(delivery), row, delivery.evenIfOld());
            if (claim == Inbox.Claim.FIRST) {
                handler.handle(transaction.protocol(), message);
                transaction.commit();
                return Settlement.ack(Outcome.APPLIED, delivery.revision());
            }
        } catch (DatabaseAway e) {
            return Settlement.away(e);
        }
        return claim == Inbox.Claim.BUSY
                ? appliedElsewhere()
                : taken(delivery, Outcome.ALREADY_APPLIED, Outcome.GIVEN_UP);
    }

    private Settlement compensate(Delivery delivery) throws SQLException, DatabaseAway {
        Inbox.Claim claim;
        try (OwnedTransaction transaction = OwnedTransaction.beginForDelivery(participant)) {
            Inbox.Row row = new Inbox.Row(Inbox.State.COMPENSATED, delivery.revision());
            claim = transaction.claim(place(delivery), row, delivery.evenIfOld());
            if (claim == Inbox.Claim.FIRST) {
                sendUndo(transaction, delivery);
                transaction.commit();
                return Settlement.ack(Outcome.COMPENSATED, 0);
            }
        }
        return claim == Inbox.Claim.BUSY
                ? appliedElsewhere()
                : taken(delivery, Outcome.NOTHING_TO_UNDO, Outcome.COMPENSATED);
    }

    private void sendUndo(OwnedTransaction transaction, Delivery delivery) {
        String undoTopic = Names.undoTopic(delivery.topic());
        participant.transport().ensureTopic(undoTopic);
        Map<String, String> users = new HashMap<>(delivery.properties());
        users.keySet().removeIf(name -> name.startsWith(PledgeProperties.PREFIX));
        Map<String, String> ours = new HashMap<>();
        ours.put(PledgeProperties.UNDO_OF, delivery.messageId());
        ours.put(PledgeProperties.UNDO_GROUP, group);
        String due = delivery.properties().get(PledgeProperties.DUE_MS);
        if (due != null) {
            ours.put(PledgeProperties.DUE_MS, due);
        }
        ours.put(PledgeProperties.UNDO_REASON, delivery.reason());
        String sender = delivery.properties().get(PledgeProperties.DATABASE_ID);
        if (sender != null) {
            ours.put(PledgeProperties.UNDO_DATABASE_ID, sender);
        }
        Message undo = new Message(undoTopic, delivery.key(), delivery.body().bytes(), null, null, users);
        transaction.protocol().sendUndo(undoTopic, undo, ours);
    }

    /** Somebody was first, and committed; its row says what it did. */
    private Settlement taken(Delivery delivery, Outcome ifConsumed, Outcome ifCompensated) throws SQLException {
        Optional<Inbox.Row> row = participant.tables().inbox().read(place(delivery));
        if (row.isEmpty()) {
            return appliedElsewhere();
        }
        return switch (row.get().state()) {
            case CONSUMED -> Settlement.ack(ifConsumed, row.get().revision());
            case COMPENSATED -> Settlement.ack(ifCompensated, 0);
            case PARTIAL -> new Settlement.Dead(PARTIAL);
        };
    }

    private static Settlement appliedElsewhere() {
        return Settlement.later("being applied elsewhere at this moment");
    }
}
