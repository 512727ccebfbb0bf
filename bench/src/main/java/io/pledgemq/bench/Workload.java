package io.pledgemq.bench;

import io.pledgemq.engine.Engine;
import io.pledgemq.engine.ReceiveRequest;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.Delivery;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** The steps of one transaction against an engine. Whatever is not the expected outcome ends the run. */
final class Workload {
    static final String TOPIC = "bench";
    static final String GROUP = "bench-group";
    private static final Sender SENDER = new Sender("bench", "bench-1");
    private static final Party BY = Party.sender("bench-1");
    private static final Duration FIRST_CHECK = Duration.ofMinutes(10);
    private static final Duration LEASE = Duration.ofSeconds(30);

    private final Engine engine;
    private final byte[] body;
    private final long idHigh = UUID.randomUUID().getMostSignificantBits();
    private final AtomicLong ids = new AtomicLong();

    Workload(Engine engine, int bodyBytes) {
        this.engine = engine;
        this.body = new byte[bodyBytes];
        for (int i = 0; i < bodyBytes; i++) {
            body[i] = (byte) (i * 31);
        }
    }

    /** A half message and what decides it. */
    record Prepared(MessageId id, long transactionId) {}

    void prepareTopic() {
        expect(
                Outcome.Done.class,
                engine.createTopic(new TopicConfig(TOPIC, TopicType.TRANSACTION))
                        .join());
        expect(Outcome.Done.class, engine.putGroup(GroupConfig.of(GROUP)).join());
        expect(Outcome.Done.class, engine.subscribe(GROUP, TOPIC, true).join());
    }

    CompletableFuture<Prepared> prepare() {
        return prepare(FIRST_CHECK);
    }

    /** @param firstCheck when the sender is to be asked about it */
    CompletableFuture<Prepared> prepare(Duration firstCheck) {
        MessageId id = MessageId.of(new UUID(idHigh, ids.incrementAndGet()).toString());
        Message message = new Message(id, TOPIC, null, null, null, Map.of(), body, 0);
        return engine.prepare(message, SENDER, firstCheck)
                .thenApply(outcome ->
                        new Prepared(id, expect(Outcome.Stored.class, outcome).position()));
    }

    CompletableFuture<Outcome.Decided> commit(Prepared prepared) {
        return engine.decide(prepared.transactionId, prepared.id, Decision.COMMIT, BY)
                .thenApply(outcome -> expect(Outcome.Decided.class, outcome));
    }

    /** Connects the sender: it commits whatever it is asked about. */
    void commitWhenAsked(int credit) {
        engine.connectSender(
                SENDER,
                requests -> requests.forEach(request -> {
                    var unused = engine.decide(
                            request.transactionId(), request.message().id(), Decision.COMMIT, Party.check("bench-1"));
                }),
                credit);
    }

    int undecided() {
        return engine.desk().stats().join().undecided();
    }

    CompletableFuture<Outcome.Received> receive(int max) {
        ReceiveRequest request = new ReceiveRequest(GROUP, TOPIC, "bench-1", max, Duration.ofSeconds(1), LEASE);
        return engine.receive(request, null).thenApply(outcome -> expect(Outcome.Received.class, outcome));
    }

    CompletableFuture<Outcome.Done> ack(Delivery delivery) {
        return engine.ack(delivery.receipt(), "bench-1", "").thenApply(outcome -> expect(Outcome.Done.class, outcome));
    }

    private static <T extends Outcome> T expect(Class<T> expected, Outcome actual) {
        if (!expected.isInstance(actual)) {
            throw new IllegalStateException("expected " + expected.getSimpleName() + ", the engine said " + actual);
        }
        return expected.cast(actual);
    }
}
