package io.pledgemq.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.pledgemq.sdk.errors.IllegalUseException;
import io.pledgemq.sdk.errors.MessageRefusedException;
import io.pledgemq.sdk.errors.MessageRefusedException.Reason;
import io.pledgemq.sdk.jdbc.OutboxRows.Counts;
import io.pledgemq.sdk.jdbc.OutboxRows.Row;
import io.pledgemq.sdk.transport.OutgoingMessage;
import io.pledgemq.sdk.transport.PrepareResult;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the engine refuses after it was committed: a person is told, and settles it. */
interface OutboxDeskContract extends Contract {
    private PledgeMQ outbox() {
        return world().openAt(Connection.TRANSACTION_READ_COMMITTED, OnEngineDown.OUTBOX);
    }

    private static String step(PledgeMQ mq, String topic, String group) {
        return mq.callInTransaction(
                tx -> tx.send(Message.of(topic, group, "step").inGroup(group)));
    }

    /** From now on the engine is there, and knows no topic of this name. */
    private void refuseTopic(String topic) {
        world().transport.unreachable = false;
        world().transport.refuse = message -> message.topic().equals(topic)
                ? new PrepareResult.Refused(Reason.UNKNOWN_TOPIC, "topic " + topic + " does not exist; create it")
                : null;
    }

    /** Leaves one refused message in the outbox. */
    private String refused(PledgeMQ mq) throws Exception {
        world().transport.unreachable = true;
        String id = step(mq, "nowhere", "a");
        refuseTopic("nowhere");
        assertThat(mq.relayOutbox()).isZero();
        return id;
    }

    @Test
    default void refusedMessageHoldsUpItsOwnGroupOnlyAndIsToldOnce() throws Exception {
        try (LogLines lines = LogLines.of(OutboxRelay.class);
                PledgeMQ mq = outbox()) {
            world().transport.unreachable = true;
            List<String> waiting = new ArrayList<>();
            waiting.add(step(mq, "nowhere", "a"));
            waiting.add(step(mq, "nowhere", "a"));
            List<String> others = new ArrayList<>();
            for (int i = 0; i < 150; i++) {
                others.add(step(mq, "steps", "b" + i));
            }
            refuseTopic("nowhere");
            assertThat(mq.relayOutbox()).isEqualTo(150);
            assertThat(mq.relayOutbox()).isZero();
            assertThat(world().transport.published).containsExactlyElementsOf(others);
            assertThat(lines.only(Level.ERROR))
                    .contains(
                            waiting.get(0), "topic nowhere does not exist", "1 later messages", "edit, retry or skip");
            assertThat(mq.outbox().counts()).isEqualTo(new Counts(1, 1));
            List<Row> rows = mq.outbox().list(10);
            assertThat(rows).extracting(Row::messageId).containsExactlyElementsOf(waiting);
            assertThat(rows.get(0).refused()).isTrue();
            assertThat(rows.get(0).problem()).contains("topic nowhere does not exist");
            assertThat(rows.get(1).refused()).isFalse();

            waiting.add(step(mq, "nowhere", "a"));
            assertThat(world().count("pledge_outbox")).isEqualTo(3);
            world().transport.refuse = message -> null;
            assertThat(mq.relayOutbox()).isZero();
            world().clock.move(OutboxRelay.REFUSED_PAUSE);
            assertThat(mq.relayOutbox()).isEqualTo(3);
            assertThat(world().transport.published.subList(150, 153)).containsExactlyElementsOf(waiting);
        }
    }

    @Test
    default void refusedMessageThatIsTriedAgainInVainIsNotToldAgain() throws Exception {
        try (PledgeMQ mq = outbox()) {
            String id = refused(mq);
            try (LogLines lines = LogLines.of(OutboxRelay.class)) {
                world().clock.move(OutboxRelay.REFUSED_PAUSE);
                assertThat(mq.relayOutbox()).isZero();
                assertThat(lines.at(Level.ERROR)).isEmpty();
            }
            assertThat(mq.outbox().list(1)).extracting(Row::messageId).containsExactly(id);
        }
    }

    @Test
    default void editedMessageGoesUnderItsIdAndInItsPlace() throws Exception {
        try (PledgeMQ mq = outbox()) {
            String id = refused(mq);
            String behind = step(mq, "nowhere", "a");
            assertThat(mq.outbox().show(id).orElseThrow().key()).isEqualTo("a");
            mq.outbox().edit(id, "wrong topic", before -> Message.of("steps", before.key() + "!", before.payload())
                    .inGroup("c")
                    .with("edited", "yes"));
            String later = step(mq, "steps", "c");
            assertThat(mq.outbox().counts()).isEqualTo(new Counts(3, 0));
            world().transport.refuse = message -> null;
            assertThat(mq.relayOutbox()).isEqualTo(3);
            assertThat(world().transport.published).containsExactly(id, behind, later);
            OutgoingMessage edited = world().transport.committed("steps").get(0);
            assertThat(edited.messageId()).isEqualTo(id);
            assertThat(edited.key()).isEqualTo("a!");
            assertThat(new String(edited.body().bytes(), StandardCharsets.UTF_8))
                    .isEqualTo("\"step\"");
            assertThat(edited.properties())
                    .containsEntry("edited", "yes")
                    .containsEntry("pledge-message-id", id)
                    .containsEntry("pledge-database-id", mq.database().id());
        }
    }

    @Test
    default void retriedMessageGoesAtOnceWhenTheCauseIsRepaired() throws Exception {
        try (PledgeMQ mq = outbox()) {
            String id = refused(mq);
            world().transport.refuse = message -> null;
            mq.outbox().retry(id);
            assertThat(mq.relayOutbox()).isEqualTo(1);
            assertThat(world().transport.published).containsExactly(id);
        }
    }

    @Test
    default void skippedMessageIsNeverSentAndThoseBehindItGo() throws Exception {
        try (PledgeMQ mq = outbox()) {
            String id = refused(mq);
            String behind = step(mq, "nowhere", "a");
            mq.outbox().skip(id, "the customer is gone");
            world().transport.refuse = message -> null;
            assertThat(mq.relayOutbox()).isEqualTo(1);
            assertThat(world().transport.published).containsExactly(behind);
            assertThat(world().barrier(id)).isEqualTo("SKIPPED");
            assertThat(mq.outbox().list(10)).isEmpty();
            world().clock.move(CleanupContract.PAST_RETENTION);
            mq.cleanUp();
            mq.cleanUp();
            assertThat(world().barrier(id)).isEmpty();
        }
    }

    @Test
    default void decisionThatAnOperatorForcedAgainstTheCommitIsToldAndSettled() throws Exception {
        try (LogLines lines = LogLines.of(OutboxRelay.class);
                PledgeMQ mq = outbox()) {
            world().transport.away = true;
            String id = step(mq, "steps", "a");
            world().transport.away = false;
            world().transport.forceRollback(id);
            assertThat(mq.relayOutbox()).isZero();
            assertThat(mq.outbox().counts()).isEqualTo(new Counts(0, 1));
            assertThat(lines.only(Level.ERROR)).contains(id, "decided ROLLBACK before", "not tried again by itself");
            mq.outbox().skip(id, "it was meant");
            assertThat(mq.outbox().counts()).isEqualTo(new Counts(0, 0));
            assertThat(world().transport.fate(id)).isEqualTo("ROLLBACK");
        }
    }

    @Test
    default void forcedRollbackHoldsAlsoWhenTheEngineHasForgottenIt() throws Exception {
        try (PledgeMQ mq = outbox()) {
            world().transport.away = true;
            String id = step(mq, "steps", "a");
            world().transport.away = false;
            world().transport.forceRollback(id);
            assertThat(mq.relayOutbox()).isZero();
            world().transport.forget(id);
            world().clock.move(OutboxRelay.REFUSED_PAUSE);
            assertThat(mq.relayOutbox()).isZero();
            assertThat(world().transport.published).isEmpty();
            assertThat(mq.outbox().counts()).isEqualTo(new Counts(0, 1));
        }
    }

    @Test
    default void refusedMessageThatTheEngineMayHaveTakenMeanwhileCannotBeSettled() throws Exception {
        try (PledgeMQ mq = outbox()) {
            String id = refused(mq);
            world().transport.refuse = message -> null;
            world().transport.decisionsToLose.set(1);
            world().clock.move(OutboxRelay.REFUSED_PAUSE);
            assertThat(mq.relayOutbox()).isZero();
            OutboxDesk desk = mq.outbox();
            assertThatThrownBy(() -> desk.skip(id, "why")).isInstanceOf(IllegalUseException.class);
            assertThatThrownBy(() -> desk.edit(id, "why", before -> before)).isInstanceOf(IllegalUseException.class);
            assertThat(mq.relayOutbox()).isEqualTo(1);
            assertThat(world().transport.published).containsExactly(id);
        }
    }

    @Test
    default void takeOverOfAnEngineThatNothingWaitsForIsRefused() throws Exception {
        try (PledgeMQ mq = outbox()) {
            assertThatThrownBy(() -> mq.outbox().takeOver("01890000", "its disk is lost"))
                    .isInstanceOf(IllegalUseException.class)
                    .hasMessageContaining("01890000");
        }
    }

    @Test
    default void onlyWhatWasRefusedCanBeSettledAndOnlyWithAReason() throws Exception {
        try (PledgeMQ mq = outbox()) {
            world().transport.unreachable = true;
            String id = step(mq, "steps", "a");
            OutboxDesk desk = mq.outbox();
            for (String notRefused : List.of(id, "01890000-0000-7000-8000-000000000000")) {
                assertThatThrownBy(() -> desk.skip(notRefused, "why")).isInstanceOf(IllegalUseException.class);
                assertThatThrownBy(() -> desk.retry(notRefused)).isInstanceOf(IllegalUseException.class);
                assertThatThrownBy(() -> desk.edit(notRefused, "why", before -> before))
                        .isInstanceOf(IllegalUseException.class);
            }
            assertThatThrownBy(() -> desk.skip(id, " ")).hasMessageContaining("a reason");
            assertThat(world().count("pledge_outbox")).isEqualTo(1);
        }
    }

    @Test
    default void editThatIsNotAcceptableEitherChangesNothing() throws Exception {
        try (PledgeMQ mq = outbox()) {
            String id = refused(mq);
            assertThatThrownBy(() -> mq.outbox().edit(id, "why", before -> before.with("p", "x".repeat(40_000))))
                    .isInstanceOf(MessageRefusedException.class);
            assertThat(mq.outbox().list(1).get(0).refused()).isTrue();
            assertThat(mq.outbox().show(id).orElseThrow().properties()).isEmpty();
        }
    }
}
