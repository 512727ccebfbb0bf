package io.pledgemq.faults.raw;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.faults.broker.Broker;
import io.pledgemq.faults.broker.GroupKind;
import io.pledgemq.faults.broker.Kind;
import io.pledgemq.faults.broker.WithBroker;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.EndTransactionRequest;
import io.pledgemq.rpc.v2.Message;
import io.pledgemq.rpc.v2.MessageType;
import io.pledgemq.rpc.v2.RecoverOrphanedTransactionCommand;
import io.pledgemq.rpc.v2.SendResultEntry;
import io.pledgemq.rpc.v2.Status;
import io.pledgemq.rpc.v2.TelemetryCommand;
import io.pledgemq.rpc.v2.TransactionResolution;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Transactions, as clients of all languages end them. */
@ExtendWith(WithBroker.class)
@Execution(ExecutionMode.CONCURRENT)
class DecisionsIT {
    @Test
    void theFirstDecisionWins(Broker broker) {
        Wire wire = Wire.java(broker.endpoint());
        String topic = broker.topic(Kind.TRANSACTION);
        for (TransactionResolution first :
                new TransactionResolution[] {TransactionResolution.COMMIT, TransactionResolution.ROLLBACK}) {
            SendResultEntry half = wire.prepare(topic);
            TransactionResolution contrary = first == TransactionResolution.COMMIT
                    ? TransactionResolution.ROLLBACK
                    : TransactionResolution.COMMIT;
            assertThat(wire.end(topic, half, first).getCode()).isEqualTo(Code.OK);
            assertThat(wire.end(topic, half, first).getCode()).isEqualTo(Code.OK);
            Status refused = wire.end(topic, half, contrary);
            assertThat(refused.getCode()).isEqualTo(Code.INVALID_TRANSACTION_ID);
            assertThat(refused.getMessage()).isNotEmpty();
            assertThat(wire.end(topic, half, first).getCode()).isEqualTo(Code.OK);
        }
    }

    @Test
    void anUnknownTransactionIsNoneThatCanBeDecided(Broker broker) {
        Wire wire = Wire.java(broker.endpoint());
        String topic = broker.topic(Kind.TRANSACTION);
        SendResultEntry half = wire.prepare(topic);
        EndTransactionRequest.Builder end = EndTransactionRequest.newBuilder()
                .setTopic(Wire.name(topic))
                .setMessageId(half.getMessageId())
                .setTransactionId(half.getTransactionId())
                .setResolution(TransactionResolution.COMMIT);
        for (String id :
                new String[] {"", "x", "0", half.getMessageId(), half.getTransactionId() + "0", "9".repeat(200)}) {
            assertThat(wire.end(end.clone().setTransactionId(id).build()).getCode())
                    .as(id)
                    .isEqualTo(Code.INVALID_TRANSACTION_ID);
        }
        assertThat(wire.end(end.clone().setMessageId("").build()).getCode()).isEqualTo(Code.ILLEGAL_MESSAGE_ID);
        assertThat(wire.end(end.clone().setMessageId("another").build()).getCode())
                .isEqualTo(Code.INVALID_TRANSACTION_ID);
        assertThat(wire.end(end.clone().setResolutionValue(7).build()).getCode())
                .isEqualTo(Code.BAD_REQUEST);
        assertThat(wire.end(end.build()).getCode()).isEqualTo(Code.OK);
    }

    /** As a client whose first answer was lost. */
    @Test
    void theSameMessageSentTwiceIsOneTransaction(Broker broker) {
        Wire wire = Wire.java(broker.endpoint());
        String topic = broker.topic(Kind.TRANSACTION);
        String group = broker.group(GroupKind.FRESH);
        wire.receive(
                wire.poll(group, topic).setLongPollingTimeout(Wire.seconds(0)).build());
        Message message = Wire.message(topic, MessageType.TRANSACTION).build();
        SendResultEntry first = wire.send(message).getEntries(0);
        SendResultEntry second = wire.send(message).getEntries(0);
        assertThat(second.getTransactionId()).isEqualTo(first.getTransactionId());
        assertThat(wire.end(topic, second, TransactionResolution.COMMIT).getCode())
                .isEqualTo(Code.OK);
        assertThat(wire.end(topic, first, TransactionResolution.COMMIT).getCode())
                .isEqualTo(Code.OK);
        SendResultEntry third = wire.send(message).getEntries(0);
        assertThat(third.getStatus().getCode()).isEqualTo(Code.OK);
        wire.end(topic, third, TransactionResolution.COMMIT);

        Message got = wire.receiveOne(group, topic);
        assertThat(got.getSystemProperties().getMessageId())
                .isEqualTo(message.getSystemProperties().getMessageId());
        assertThat(Wire.messages(wire.receive(wire.poll(group, topic).build()))).isEmpty();
    }

    @Test
    void aNormalMessageSentTwiceComesOnce(Broker broker) {
        Wire wire = Wire.java(broker.endpoint());
        String topic = broker.topic(Kind.NORMAL);
        String group = broker.group(GroupKind.FRESH);
        wire.receive(
                wire.poll(group, topic).setLongPollingTimeout(Wire.seconds(0)).build());
        Message message = Wire.message(topic, MessageType.NORMAL).build();
        assertThat(wire.send(message).getStatus().getCode()).isEqualTo(Code.OK);
        assertThat(wire.send(message).getStatus().getCode()).isEqualTo(Code.OK);
        wire.receiveOne(group, topic);
        assertThat(Wire.messages(wire.receive(wire.poll(group, topic).build()))).isEmpty();
    }

    /** Go, C# and C++ never fill in the source; Go and Rust say "unknown" by an unspecified resolution. */
    @Test
    void anUnspecifiedResolutionIsAnUnknownAnswerAndNoDecision(Broker broker) throws Exception {
        Wire wire = Wire.java(broker.endpoint());
        String topic = broker.topic(Kind.TRANSACTION);
        try (TelemetryStream stream = new TelemetryStream(wire)) {
            stream.agree(TelemetryStream.producer(topic));
            SendResultEntry half = wire.prepare(topic);
            for (int i = 0; i < 2; i++) {
                RecoverOrphanedTransactionCommand asked = stream.await(
                                TelemetryCommand::hasRecoverOrphanedTransactionCommand)
                        .getRecoverOrphanedTransactionCommand();
                assertThat(asked.getTransactionId()).isEqualTo(half.getTransactionId());
                assertThat(wire.end(answer(topic, asked, TransactionResolution.TRANSACTION_RESOLUTION_UNSPECIFIED))
                                .getCode())
                        .isEqualTo(Code.OK);
            }
            RecoverOrphanedTransactionCommand again = stream.await(
                            TelemetryCommand::hasRecoverOrphanedTransactionCommand)
                    .getRecoverOrphanedTransactionCommand();
            assertThat(wire.end(answer(topic, again, TransactionResolution.COMMIT))
                            .getCode())
                    .isEqualTo(Code.OK);
        }
    }

    private static EndTransactionRequest answer(
            String topic, RecoverOrphanedTransactionCommand asked, TransactionResolution resolution) {
        return EndTransactionRequest.newBuilder()
                .setTopic(Wire.name(topic))
                .setMessageId(asked.getMessage().getSystemProperties().getMessageId())
                .setTransactionId(asked.getTransactionId())
                .setResolution(resolution)
                .build();
    }

    @Test
    void aQuestionCarriesAllThatAClientReads(Broker broker) throws Exception {
        Wire wire = Wire.java(broker.endpoint());
        String topic = broker.topic(Kind.TRANSACTION);
        try (TelemetryStream stream = new TelemetryStream(wire)) {
            stream.agree(TelemetryStream.producer(topic));
            Message sent = DeliveriesIT.full(topic, MessageType.TRANSACTION);
            wire.send(sent);
            Message asked = stream.await(TelemetryCommand::hasRecoverOrphanedTransactionCommand)
                    .getRecoverOrphanedTransactionCommand()
                    .getMessage();
            DeliveriesIT.assertSame(asked, sent);
            assertThat(asked.getSystemProperties().getMessageType()).isEqualTo(MessageType.TRANSACTION);
        }
    }

    @Test
    void aClientWithoutAnAnswerIsFollowedByTheNext(Broker broker) throws Exception {
        String topic = broker.topic(Kind.TRANSACTION);
        Wire silent = Wire.java(broker.endpoint());
        Wire other = Wire.java(broker.endpoint());
        try (TelemetryStream first = new TelemetryStream(silent);
                TelemetryStream second = new TelemetryStream(other)) {
            first.agree(TelemetryStream.producer(topic));
            second.agree(TelemetryStream.producer(topic));
            silent.prepare(topic);
            first.await(TelemetryCommand::hasRecoverOrphanedTransactionCommand);
            RecoverOrphanedTransactionCommand asked = second.await(
                            TelemetryCommand::hasRecoverOrphanedTransactionCommand)
                    .getRecoverOrphanedTransactionCommand();
            assertThat(other.end(answer(topic, asked, TransactionResolution.ROLLBACK))
                            .getCode())
                    .isEqualTo(Code.OK);
        }
    }

    /** The SDK answers for its own database alone, so it harms nobody to ask every producer of the topic. */
    @Test
    void aMessageWithADatabaseIsAskedAboutAtItsDatabaseFirst(Broker broker) throws Exception {
        String topic = broker.topic(Kind.TRANSACTION);
        Wire gone = Wire.java(broker.endpoint());
        Wire sameDatabase = Wire.java(broker.endpoint());
        Wire otherDatabase = Wire.java(broker.endpoint());
        try (TelemetryStream same = new TelemetryStream(sameDatabase);
                TelemetryStream other = new TelemetryStream(otherDatabase)) {
            same.agree(TelemetryStream.producer(topic));
            other.agree(TelemetryStream.producer(topic));
            SendResultEntry known = sameDatabase.send(of(topic, "db-1")).getEntries(0);
            sameDatabase.end(topic, known, TransactionResolution.COMMIT);
            SendResultEntry orphan = gone.send(of(topic, "db-1")).getEntries(0);

            RecoverOrphanedTransactionCommand first = same.await(TelemetryCommand::hasRecoverOrphanedTransactionCommand)
                    .getRecoverOrphanedTransactionCommand();
            assertThat(first.getTransactionId()).isEqualTo(orphan.getTransactionId());
            // It says nothing: then everybody else who sends to the topic is asked.
            RecoverOrphanedTransactionCommand second = other.await(
                            TelemetryCommand::hasRecoverOrphanedTransactionCommand)
                    .getRecoverOrphanedTransactionCommand();
            assertThat(otherDatabase
                            .end(answer(topic, second, TransactionResolution.COMMIT))
                            .getCode())
                    .isEqualTo(Code.OK);
        }
    }

    private static Message of(String topic, String database) {
        return Wire.message(topic, MessageType.TRANSACTION)
                .putAllUserProperties(Map.of("pledge-database-id", database))
                .build();
    }
}
