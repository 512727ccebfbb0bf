package io.pledgemq.sdk.embedded;

import io.pledgemq.engine.Engine;
import io.pledgemq.engine.Failure;
import io.pledgemq.engine.ReceiveRequest;
import io.pledgemq.engine.command.DeliveryKind;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Receipt;
import io.pledgemq.sdk.errors.EngineUnavailableException;
import io.pledgemq.sdk.transport.AckNote;
import io.pledgemq.sdk.transport.Body;
import io.pledgemq.sdk.transport.Delivery;
import io.pledgemq.sdk.transport.GroupDeclaration;
import io.pledgemq.sdk.transport.PledgeProperties;
import io.pledgemq.sdk.transport.Receiver;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One member of a group at an engine in this process. Settling does not wait for the disk. */
final class EmbeddedReceiver implements Receiver {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedReceiver.class);

    private final Engine engine;
    private final GroupDeclaration group;
    private final Runnable onClose;

    EmbeddedReceiver(Engine engine, GroupDeclaration group, Runnable onClose) {
        this.engine = engine;
        this.group = group;
        this.onClose = onClose;
    }

    @Override
    public List<Delivery> receive(int max, Duration wait, Duration lease) throws InterruptedException {
        int bounded = Math.min(max, ReceiveRequest.MAX);
        CompletableFuture<Outcome> call = engine.receive(
                new ReceiveRequest(group.group(), group.topic(), group.client(), bounded, wait, lease), null);
        try {
            Outcome outcome = call.get();
            if (outcome instanceof Outcome.Received received) {
                return received.deliveries().stream().map(this::delivery).toList();
            }
            throw new EngineUnavailableException("group " + group.group() + " cannot receive: " + outcome);
        } catch (ExecutionException e) {
            throw new EngineUnavailableException("the engine stopped: " + e.getMessage() + "; restart it", e);
        } catch (InterruptedException e) {
            CompletableFuture<Void> unused = call.thenAccept(this::giveBack);
            throw e;
        }
    }

    /** What arrives after the receiver has gone was not tried. */
    private void giveBack(Outcome outcome) {
        if (outcome instanceof Outcome.Received received) {
            for (io.pledgemq.engine.command.Delivery late : received.deliveries()) {
                logIfLost("giving back", fail(late.receipt(), new Failure("its receiver was closed", false, false, 0)));
            }
        }
    }

    private Delivery delivery(io.pledgemq.engine.command.Delivery delivery) {
        var message = delivery.message();
        boolean compensate = delivery.kind() == DeliveryKind.COMPENSATE;
        return new Delivery(
                delivery.receipt(),
                message.id().text(),
                message.topic(),
                message.key() == null ? "" : message.key(),
                Body.of(message.body()),
                properties(message),
                delivery.attempt(),
                delivery.revision(),
                compensate ? Delivery.Kind.COMPENSATE : Delivery.Kind.NORMAL,
                delivery.reason(),
                delivery.evenIfOld());
    }

    /** Foreign senders do not say when a delayed message is due; the engine knows it for all of them. */
    private static Map<String, String> properties(Message message) {
        if (message.deliverAtMs() <= 0 || message.properties().containsKey(PledgeProperties.DUE_MS)) {
            return message.properties();
        }
        Map<String, String> properties = new HashMap<>(message.properties());
        properties.put(PledgeProperties.DUE_MS, Long.toString(message.deliverAtMs()));
        return properties;
    }

    @Override
    public void ack(Delivery delivery, AckNote note) {
        String text = note.outcome() == AckNote.Outcome.APPLIED ? "" : note.outcome() + " revision " + note.revision();
        logIfLost("ack", engine.ack(receipt(delivery), group.client(), text));
    }

    @Override
    public void nack(Delivery delivery, String reason, boolean counted, Duration delay) {
        logIfLost("nack", fail(receipt(delivery), new Failure(reason, counted, false, delay.toMillis())));
    }

    @Override
    public void dead(Delivery delivery, String reason) {
        logIfLost("dead", fail(receipt(delivery), Failure.terminal(reason)));
    }

    @Override
    public void extend(Delivery delivery, Duration lease) {
        logIfLost("extend", engine.extendLease(receipt(delivery), lease));
    }

    private CompletableFuture<Outcome> fail(Receipt receipt, Failure failure) {
        return engine.fail(receipt, group.client(), failure);
    }

    private static Receipt receipt(Delivery delivery) {
        return (Receipt) delivery.handle();
    }

    private void logIfLost(String what, CompletableFuture<Outcome> call) {
        CompletableFuture<Outcome> unused = call.whenComplete((outcome, failure) -> {
            if (failure != null || outcome instanceof Outcome.Refused) {
                LOG.debug(
                        "{} for group {} was lost, the message comes again: {}", what, group.group(), outcome, failure);
            }
        });
    }

    @Override
    public void close() {
        onClose.run();
    }
}
