package io.pledgemq.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.sdk.ScriptedTransport.Settled;
import io.pledgemq.sdk.transport.Delivery;
import io.pledgemq.sdk.transport.OutgoingMessage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Rules of giving up. */
interface CompensationContract extends Contract {
    String UNDO_TOPIC = "%UNDO%order-created";

    private String senderGroup() {
        return Names.senderUndoGroup(world().mq.database().id());
    }

    private void orderToCompensate(String group, OutgoingMessage message) {
        world().transport.deliver(group, message, 0, Delivery.Kind.COMPENSATE, false);
    }

    private void subscribe(String group) {
        world().mq.subscribe("order-created", group, String.class, (tx, message) -> {
            World.order(tx.connection(), group + message.messageId());
        });
    }

    @Test
    default void senderUndoesExactlyOnceEvenIfSeveralGroupsGiveUp() throws Exception {
        OutgoingMessage message = world().sent("order-created");
        List<String> undone = new CopyOnWriteArrayList<>();
        world().mq.onCompensate("order-created", String.class, (tx, undo) -> {
            World.order(tx.connection(), "undo-" + undo.messageId());
            undone.add(undo.messageId() + " " + undo.topic() + " " + undo.payload() + " " + undo.reason());
        });
        for (String group : List.of("warehouse", "billing")) {
            subscribe(group);
            orderToCompensate(group, message);
            assertThat(world().transport.settled(group).detail()).isEqualTo("COMPENSATED 0");
            assertThat(world().inbox(group, message.messageId())).isEqualTo("COMPENSATED");
        }
        List<OutgoingMessage> undos = world().transport.committed(UNDO_TOPIC);
        assertThat(undos).hasSize(2);
        undos.forEach(undo -> world().transport.deliver(senderGroup(), undo));
        List<String> details = List.of(
                world().transport.settled(senderGroup()).detail(),
                world().transport.settled(senderGroup()).detail());
        assertThat(undone).containsExactly(message.messageId() + " order-created payload no stock");
        assertThat(details).contains("APPLIED 0");
    }

    @Test
    default void nothingIsUndoneIfTheGroupHasApplied() throws Exception {
        OutgoingMessage message = world().sent("order-created");
        subscribe("warehouse");
        world().transport.deliver("warehouse", message);
        assertThat(world().transport.settled("warehouse").detail()).isEqualTo("APPLIED 0");
        orderToCompensate("warehouse", message);
        assertThat(world().transport.settled("warehouse").detail()).isEqualTo("NOTHING_TO_UNDO 0");
        assertThat(world().transport.committed(UNDO_TOPIC)).isEmpty();
    }

    @Test
    default void lateHandlerAfterCompensationMakesNoEffect() throws Exception {
        OutgoingMessage message = world().sent("order-created");
        subscribe("warehouse");
        orderToCompensate("warehouse", message);
        assertThat(world().transport.settled("warehouse").detail()).isEqualTo("COMPENSATED 0");
        world().transport.deliver("warehouse", message);
        assertThat(world().transport.settled("warehouse").detail()).isEqualTo("GIVEN_UP 0");
        orderToCompensate("warehouse", message);
        assertThat(world().transport.settled("warehouse").detail()).isEqualTo("COMPENSATED 0");
        assertThat(world().count("orders")).isZero();
        assertThat(world().transport.committed(UNDO_TOPIC)).hasSize(1);
    }

    @Test
    default void withoutItsUndoMessageNothingIsCompensated() throws Exception {
        OutgoingMessage message = world().sent("order-created");
        subscribe("warehouse");
        world().transport.away = true;
        orderToCompensate("warehouse", message);
        Settled again = world().transport.settled("warehouse");
        assertThat(again.how()).isEqualTo("nack");
        assertThat(again.counted()).isFalse();
        assertThat(world().inbox("warehouse", message.messageId())).isEmpty();
        world().transport.away = false;
        world().dataSource.away = true;
        orderToCompensate("warehouse", message);
        assertThat(world().transport.settled("warehouse").counted()).isFalse();
        world().dataSource.away = false;
        orderToCompensate("warehouse", message);
        assertThat(world().transport.settled("warehouse").detail()).isEqualTo("COMPENSATED 0");
    }

    @Test
    default void groupThatAppliedUndoesItsEffectOnce() throws Exception {
        OutgoingMessage message = world().sent("order-created");
        subscribe("warehouse");
        subscribe("billing");
        world().transport.deliver("billing", message);
        assertThat(world().transport.settled("billing").detail()).isEqualTo("APPLIED 0");
        orderToCompensate("warehouse", message);
        assertThat(world().transport.settled("warehouse").detail()).isEqualTo("COMPENSATED 0");
        AtomicInteger undone = new AtomicInteger();
        world().mq.onCompensate("order-created", "billing", String.class, (tx, undo) -> {
            World.order(tx.connection(), "undo-" + undo.messageId());
            if (undone.getAndIncrement() == 0) {
                throw new IllegalStateException("not now");
            }
        });
        OutgoingMessage undo = world().transport.committed(UNDO_TOPIC).get(0);
        world().transport.deliver("%UNDO%billing", undo);
        assertThat(world().transport.settled("%UNDO%billing").how()).isEqualTo("nack");
        assertThat(world().inbox("billing", message.messageId())).isEqualTo("CONSUMED");
        world().transport.deliver("%UNDO%billing", undo);
        assertThat(world().transport.settled("%UNDO%billing").detail()).isEqualTo("APPLIED 0");
        assertThat(world().inbox("billing", message.messageId())).isEqualTo("COMPENSATED");
        world().transport.deliver("%UNDO%billing", undo);
        assertThat(world().transport.settled("%UNDO%billing").detail()).isEqualTo("ALREADY_APPLIED 0");
        assertThat(undone).hasValue(2);
        assertThat(world().count("orders")).isEqualTo(2);
    }

    @Test
    default void groupThatNeverAppliedOnlyMakesSureThatItNeverWill() throws Exception {
        OutgoingMessage message = world().sent("order-created");
        subscribe("warehouse");
        subscribe("billing");
        orderToCompensate("warehouse", message);
        assertThat(world().transport.settled("warehouse").detail()).isEqualTo("COMPENSATED 0");
        world().mq.onCompensate("order-created", "billing", String.class, (tx, undo) -> {
            throw new AssertionError("must not run");
        });
        world().transport
                .deliver(
                        "%UNDO%billing", world().transport.committed(UNDO_TOPIC).get(0));
        assertThat(world().transport.settled("%UNDO%billing").detail()).isEqualTo("COMPENSATED 0");
        world().transport.deliver("billing", message);
        assertThat(world().transport.settled("billing").detail()).isEqualTo("GIVEN_UP 0");
        assertThat(world().count("orders")).isZero();
    }

    @Test
    default void senderUndoesOnlyWhatCameFromItsOwnDatabase() throws Exception {
        OutgoingMessage message = world().sent("order-created");
        subscribe("warehouse");
        orderToCompensate("warehouse", message);
        assertThat(world().transport.settled("warehouse").detail()).isEqualTo("COMPENSATED 0");
        World other = otherWorld();
        other.mq.onCompensate("order-created", String.class, (tx, undo) -> {
            throw new AssertionError("must not run");
        });
        String group = Names.senderUndoGroup(other.mq.database().id());
        world().transport.deliver(group, world().transport.committed(UNDO_TOPIC).get(0));
        assertThat(world().transport.settled(group).detail()).isEqualTo("NOT_OURS 0");
    }

    @Test
    default void orderToCompensateThatIsOlderThanTheInboxIsNotGuessed() throws Exception {
        OutgoingMessage message = world().sent("order-created");
        subscribe("warehouse");
        world().clock.move(CleanupContract.PAST_RETENTION);
        world().mq.cleanUp();
        orderToCompensate("warehouse", message);
        Settled dead = world().transport.settled("warehouse");
        assertThat(dead.how()).isEqualTo("dead");
        assertThat(dead.detail()).contains("older than the inbox");
        assertThat(world().transport.committed(UNDO_TOPIC)).isEmpty();
    }
}
