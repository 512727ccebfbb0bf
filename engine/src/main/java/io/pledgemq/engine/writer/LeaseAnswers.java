package io.pledgemq.engine.writer;

import io.pledgemq.engine.command.Alert;
import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Delivery;
import io.pledgemq.engine.command.DeliveryKind;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.log.DamagedLogException;
import io.pledgemq.engine.log.LogException;
import io.pledgemq.engine.state.Deliveries;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Answers receivers with the messages that were leased to them: reads the bodies on the thread that answers, after the
 * force of the leases. Whatever a receiver does not get in the end goes back through the writer's thread: what is too
 * much for one answer, what cannot be read, and all of it if the receiver is gone.
 */
final class LeaseAnswers {
    /** With so many bytes of bodies an answer to a receiver is full; what was leased beyond them is given back. */
    static final long MAX_ANSWER_BYTES = 16L << 20;

    private final Core core;
    private final Messages messages;
    private final Alerts alerts;
    private final Consumer<Runnable> onWriter;

    /** @param onWriter runs something on the writer's thread, which alone may use core and alerts */
    LeaseAnswers(Core core, Messages messages, Alerts alerts, Consumer<Runnable> onWriter) {
        this.core = core;
        this.messages = messages;
        this.alerts = alerts;
        this.onWriter = onWriter;
    }

    /** What answers a receiver with what was leased to it; for the thread that answers, after the force. */
    Runnable to(Receive receive, List<LeasedMessage> leased) {
        return () -> {
            List<Delivery> deliveries = new ArrayList<>(leased.size());
            List<LeasedMessage> tooMuch = new ArrayList<>(0);
            long bytes = 0;
            for (LeasedMessage item : leased) {
                if (bytes >= MAX_ANSWER_BYTES) {
                    tooMuch.add(item);
                    continue;
                }
                try {
                    Delivery delivery = delivery(item);
                    bytes += delivery.message().body().length;
                    deliveries.add(delivery);
                } catch (DamagedLogException e) {
                    bury(item, receive.client(), e);
                } catch (LogException e) {
                    unreadable(item, e);
                }
            }
            giveBack(tooMuch, receive.client(), "the answer was full");
            if (!receive.answer().complete(new Outcome.Received(deliveries))) {
                giveBack(leased, receive.client(), "its receiver went away");
            }
        };
    }

    /** Ends leases that the receiver does not know of: nobody has tried these messages. */
    private void giveBack(List<LeasedMessage> leased, String client, String why) {
        if (leased.isEmpty()) {
            return;
        }
        onWriter.accept(() -> {
            for (LeasedMessage item : leased) {
                core.run(new Command.Fail(item.receipt(), client, why, false, false, 0));
            }
        });
    }

    /** A message that cannot be read becomes a dead letter at once; its neighbours go on. */
    private void bury(LeasedMessage item, String client, DamagedLogException damage) {
        String text = "the message at " + item.receipt().position() + " cannot be read: " + damage.getMessage();
        onWriter.accept(() -> {
            alerts.raise(new Alert(Alert.Kind.DAMAGED, "", text));
            core.run(new Command.Fail(item.receipt(), client, text, true, true, -1));
        });
    }

    /** The disk did not give it: its lease runs out and it is tried again. */
    private void unreadable(LeasedMessage item, LogException failure) {
        String text = "the message at " + item.receipt().position() + " was leased and cannot be read just now: "
                + failure.getMessage();
        onWriter.accept(() -> alerts.raise(new Alert(Alert.Kind.DAMAGED, "", text)));
    }

    private Delivery delivery(LeasedMessage leased) {
        boolean compensate = leased.kind() == Deliveries.COMPENSATE;
        return new Delivery(
                leased.receipt(),
                leased.topic(),
                messages.next(leased.receipt().position()),
                compensate ? DeliveryKind.COMPENSATE : DeliveryKind.MESSAGE,
                leased.attempt(),
                leased.revision(),
                leased.evenIfOld(),
                compensate ? messages.failureAt(leased.failure()) : "");
    }
}
