package io.pledgemq.engine;

import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.Delivery;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.command.RetryPolicy;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.log.LogConfig;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * A process with an engine, senders and consumers that work until it is killed. It prints what it is about to do and
 * what it was answered, one {@link KillHistory} line each, before the next step.
 */
final class KillableEngine {
    static final String TOPIC = "orders";
    static final String GROUP = "warehouse";

    private static final int SENDERS = 4;
    private static final int CONSUMERS = 2;
    private static final Sender SENDER = new Sender("orders", "orders-1");
    private static final Party BY = Party.sender("orders-1");

    private final Engine engine;
    private final String run;
    private final PrintStream out =
            new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);

    private KillableEngine(Engine engine, String run) {
        this.engine = engine;
        this.run = run;
    }

    /** Small segments and frequent snapshots, so that some kill meets each of them. */
    static Engine open(Path directory) throws IOException {
        return Engine.open(
                directory,
                EngineConfig.defaults()
                        .withLimits(new Limits(
                                16 << 10, 16, 1024, 100, 100, 3_600_000, 100_000, 1 << 20, Limits.Rows.DEFAULT))
                        .withLog(new LogConfig(256 << 10, 64 << 10, 1))
                        .withSnapshotEveryBytes(64 << 10)
                        .withOnAlert(alert -> {}));
    }

    /** Leases are short: what a killed process held is free again soon. */
    static ReceiveRequest request() {
        return new ReceiveRequest(GROUP, TOPIC, "client", 8, Duration.ofMillis(100), Duration.ofMillis(500));
    }

    public static void main(String[] args) throws IOException {
        Engine engine = open(Path.of(args[0]));
        engine.createTopic(new TopicConfig(TOPIC, TopicType.TRANSACTION)).join();
        engine.putGroup(GroupConfig.of(GROUP).withRetry(GroupConfig.MAX_ATTEMPTS, new RetryPolicy.Fixed(0, 0)))
                .join();
        engine.subscribe(GROUP, TOPIC, true).join();
        KillableEngine process = new KillableEngine(engine, args[1]);
        SplittableRandom random = new SplittableRandom(Long.parseLong(args[1]));
        for (int i = 0; i < SENDERS; i++) {
            int number = i;
            SplittableRandom own = random.split();
            new Thread(() -> process.send(number, own)).start();
        }
        for (int i = 0; i < CONSUMERS; i++) {
            SplittableRandom own = random.split();
            new Thread(() -> process.consume(own)).start();
        }
        // The parent process holds the other end; if it is gone, nothing else ends this process.
        System.in.transferTo(OutputStream.nullOutputStream());
        Runtime.getRuntime().halt(1);
    }

    /** One write for a line, so that a kill cuts at most the last one. */
    private synchronized void say(String line) {
        byte[] bytes = (line + KillHistory.END + "\n").getBytes(StandardCharsets.UTF_8);
        out.write(bytes, 0, bytes.length);
        out.flush();
    }

    private void send(int sender, SplittableRandom random) {
        for (int number = 0; ; number++) {
            Message message = Message.of(run + "-" + sender + "-" + number, TOPIC, new byte[random.nextInt(2000)]);
            Outcome outcome =
                    engine.prepare(message, SENDER, Duration.ofHours(1)).join();
            if (!(outcome instanceof Outcome.Stored stored)) {
                throw new IllegalStateException("not stored: " + outcome);
            }
            say("prepared " + message.id() + " " + stored.position());
            int fate = random.nextInt(10);
            if (fate > 0) {
                decide(message, stored.position(), fate > 3 ? Decision.COMMIT : Decision.ROLLBACK);
            }
        }
    }

    private void decide(Message message, long transactionId, Decision decision) {
        say("deciding " + message.id() + " " + decision);
        Outcome outcome =
                engine.decide(transactionId, message.id(), decision, BY).join();
        if (!outcome.equals(new Outcome.Decided(decision, false))) {
            throw new IllegalStateException("not decided: " + outcome);
        }
        say("decided " + message.id() + " " + decision);
    }

    private void consume(SplittableRandom random) {
        while (true) {
            if (!(engine.receive(request(), null).join() instanceof Outcome.Received received)) {
                throw new IllegalStateException("nothing received");
            }
            for (Delivery delivery : received.deliveries()) {
                say("received " + delivery.message().id());
                boolean acknowledged = random.nextInt(5) > 0
                        && engine.ack(delivery.receipt(), "client", "").join() instanceof Outcome.Done;
                if (acknowledged) {
                    say("acked " + delivery.message().id());
                }
            }
        }
    }
}
