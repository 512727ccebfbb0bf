package io.pledgemq.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.sdk.errors.MessageRefusedException;
import io.pledgemq.sdk.errors.MessageRefusedException.Reason;
import io.pledgemq.sdk.transport.TopicKind;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** What the engine would never take is refused when it is sent, whether the engine is there or away. */
interface LimitsContract extends Contract {
    /** A message that must be refused, and why. */
    record Bad(String what, Message message, Reason reason) {}

    private List<Bad> bad() {
        Message ok = Message.of("plain", "k", "x");
        Message many = ok;
        for (int i = 0; i <= ScriptedTransport.LIMITS.properties() - MessageLimits.OWN_PROPERTIES; i++) {
            many = many.with("p" + i, "v");
        }
        Instant now = world().clock.instant();
        List<Bad> bad = new ArrayList<>();
        bad.add(new Bad("property of 40 KiB", ok.with("trace", "x".repeat(40_000)), Reason.PROPERTIES_TOO_LARGE));
        bad.add(new Bad("bytes, not characters", ok.with("t", "界".repeat(11_000)), Reason.PROPERTIES_TOO_LARGE));
        bad.add(new Bad("too many properties", many, Reason.PROPERTIES_TOO_LARGE));
        bad.add(new Bad("key of 40,000", Message.of("plain", "k".repeat(40_000), "x"), Reason.PROPERTIES_TOO_LARGE));
        bad.add(new Bad(
                "group of 40,000",
                Message.of("unknown", "k", "x").inGroup("g".repeat(40_000)),
                Reason.PROPERTIES_TOO_LARGE));
        bad.add(new Bad(
                "delay of 60 days",
                Message.of("later", "k", "x").notBefore(now.plus(Duration.ofDays(60))),
                Reason.DELAY_TOO_LONG));
        bad.add(new Bad("latest time", Message.of("later", "k", "x").notBefore(Instant.MAX), Reason.DELAY_TOO_LONG));
        bad.add(new Bad("earliest time", Message.of("later", "k", "x").notBefore(Instant.MIN), Reason.DELAY_TOO_LONG));
        bad.add(new Bad("key with NUL", Message.of("plain", "a\0b", "x"), Reason.ILLEGAL_TEXT));
        bad.add(new Bad("half an emoji", Message.of("plain", "订单😀".substring(0, 3), "x"), Reason.ILLEGAL_TEXT));
        bad.add(new Bad("value with NUL", ok.with("p", "a\0b"), Reason.ILLEGAL_TEXT));
        bad.add(new Bad("name with NUL", ok.with("a\0b", "v"), Reason.ILLEGAL_TEXT));
        bad.add(new Bad("empty group", Message.of("unknown", "k", "x").inGroup(""), Reason.ILLEGAL_TEXT));
        bad.add(new Bad("group with NUL", Message.of("unknown", "k", "x").inGroup("\0"), Reason.ILLEGAL_TEXT));
        bad.add(new Bad(
                "group and delay",
                Message.of("unknown", "k", "x").inGroup("g").notBefore(now.plusSeconds(1)),
                Reason.WRONG_TOPIC_TYPE));
        bad.add(new Bad("group, plain topic", ok.inGroup("g"), Reason.WRONG_TOPIC_TYPE));
        bad.add(new Bad("delay, plain topic", ok.notBefore(now.plusSeconds(60)), Reason.WRONG_TOPIC_TYPE));
        bad.add(new Bad("no group, FIFO topic", Message.of("ordered", "k", "x"), Reason.WRONG_TOPIC_TYPE));
        bad.add(new Bad("NORMAL topic", Message.of("normal", "k", "x"), Reason.WRONG_TOPIC_TYPE));
        bad.add(new Bad(
                "body",
                Message.of("plain", "k", new byte[ScriptedTransport.LIMITS.bodyBytes() + 1]),
                Reason.BODY_TOO_LARGE));
        return bad;
    }

    private void knowTopics() {
        world().transport.topicKinds.put("plain", TopicKind.TRANSACTION);
        world().transport.topicKinds.put("ordered", TopicKind.FIFO);
        world().transport.topicKinds.put("later", TopicKind.DELAY);
        world().transport.topicKinds.put("normal", TopicKind.NORMAL);
    }

    @Test
    default void whatTheEngineNeverTakesIsRefusedWhenItIsSentInEveryMode() throws Exception {
        knowTopics();
        for (OnEngineDown mode : OnEngineDown.values()) {
            for (boolean away : new boolean[] {false, true}) {
                world().transport.unreachable = away;
                try (PledgeMQ mq = world().open(mode)) {
                    bad().forEach(bad -> refused(mq, bad));
                }
            }
        }
        assertThat(world().count("orders")).isZero();
        assertThat(world().count("pledge_outbox")).isZero();
        assertThat(world().count("pledge_barrier")).isZero();
        assertThat(world().transport.prepareCalls).hasValue(0);
    }

    private static void refused(PledgeMQ mq, Bad bad) {
        assertThatThrownBy(() -> mq.inTransaction(tx -> {
                    World.order(tx.connection(), "o1");
                    tx.send(bad.message());
                }))
                .as(bad.what())
                .isInstanceOf(MessageRefusedException.class)
                .hasMessageContaining("topic " + bad.message().topic())
                .asInstanceOf(InstanceOfAssertFactories.type(MessageRefusedException.class))
                .extracting(MessageRefusedException::reason)
                .isEqualTo(bad.reason());
        assertThatThrownBy(() -> mq.inTransaction(bad.message(), tx -> World.order(tx.connection(), "o1")))
                .as(bad.what() + ", prepared first")
                .isInstanceOf(MessageRefusedException.class);
    }

    @Test
    default void messageThatIsRefusedDoesNotDoomItsTransaction() throws Exception {
        List<String> ids = new ArrayList<>();
        world().mq.inTransaction(tx -> {
            World.order(tx.connection(), "o1");
            assertThatThrownBy(() -> tx.send(Message.of("plain", "a\0b", "x")))
                    .isInstanceOf(MessageRefusedException.class);
            ids.add(tx.send("plain", "k", "x"));
        });
        assertThat(world().count("orders")).isEqualTo(1);
        assertThat(world().transport.published).isEqualTo(ids);
    }

    @Test
    default void messagesAtTheLimitsAreTaken() throws Exception {
        knowTopics();
        Message most = Message.of("plain", "k", new byte[ScriptedTransport.LIMITS.bodyBytes()]);
        for (int i = 0; i < ScriptedTransport.LIMITS.properties() - MessageLimits.OWN_PROPERTIES; i++) {
            most = most.with("p" + i, "v");
        }
        int free = ScriptedTransport.LIMITS.propertiesBytes() - MessageLimits.OWN_BYTES - "kp".length();
        List<Message> all = List.of(
                most,
                Message.of("plain", "k", "x").with("p", "v".repeat(free)),
                Message.of("plain", "", "x").with("newline", "a\nb\t"),
                Message.of("later", "k", "x"),
                Message.of("later", "k", "x").notBefore(world().clock.instant().plus(Duration.ofDays(40))),
                Message.of("ordered", "k", "x").inGroup("g"));
        try (PledgeMQ mq = world().openAt(Connection.TRANSACTION_READ_COMMITTED, OnEngineDown.OUTBOX)) {
            for (boolean away : new boolean[] {false, true}) {
                world().transport.unreachable = away;
                for (Message message : all) {
                    mq.inTransaction(tx -> tx.send(message));
                }
            }
            assertThat(world().count("pledge_outbox")).isEqualTo(all.size());
            world().transport.unreachable = false;
            assertThat(mq.relayOutbox()).isEqualTo(all.size());
        }
    }
}
