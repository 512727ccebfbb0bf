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
 * force of the leases. Messages that a receiver does not get in the end go back through the writer's thread: those
 * beyond the size of one answer, those that cannot be read, and all of them if the receiver is gone.
 */
final class LeaseAnswers {
    /** With this many bytes of bodies an answer is full; leases beyond it are given back. */
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

    /**
     * Returns the action that answers a receiver with its leased messages. The answering thread runs it after the
     * force.
     */
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
                    makeDeadLetter(item, receive.client(), e);
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

    /** Ends leases that the receiver does not know about; they do not count as attempts. */
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

    /** Makes a damaged message a dead letter at once; the other messages are delivered. */
    private void makeDeadLetter(LeasedMessage item, String client, DamagedLogException damage) {
        String text = "the message at " + item.receipt().position() + " cannot be read: " + damage.getMessage();
        onWriter.accept(() -> {
            alerts.raise(new Alert(Alert.Kind.DAMAGED, "", text));
            core.run(new Command.Fail(item.receipt(), client, text, true, true, -1));
        });
    }

    /** The disk failed to read a message: its lease runs out, and it is tried again. */
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
