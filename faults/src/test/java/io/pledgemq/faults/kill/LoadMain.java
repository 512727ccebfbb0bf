package io.pledgemq.faults.kill;

import io.pledgemq.faults.client.Official;
import io.pledgemq.faults.kill.Ledger.Fact;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.client.apis.producer.Transaction;
import org.apache.rocketmq.client.apis.producer.TransactionResolution;

/**
 * Producers of transactions and of normal messages, push consumers of the former and a simple consumer of the latter,
 * that go on whatever happens to the server, and write down what they were told. Ends its sends when a file "stop"
 * appears beside the ledger; consumers and checkers go on.
 */
public final class LoadMain {
    /** The campaign ends this process long before. */
    private static final long LONGEST_MS = 3_600_000;

    private static final int SENDERS = 6;
    private static final int NORMAL_SENDERS = 2;
    /** Of so many messages the handler takes its time with one, and fails when it sees it first. */
    private static final int SLOW_OF = 7;

    private static final int SLOW_MS = 300;
    private static final int AWAY_MS = 50;
    private static final int PACE_MS = 5;
    private static final String COMMIT = "commit-";
    private static final String ROLLBACK = "rollback-";
    private static final String LEFT_COMMIT = "left-commit-";
    private static final String LEFT_ROLLBACK = "left-rollback-";

    private final Producer producer;
    private final String topic;
    private final String normalTopic;
    private final Ledger ledger;
    private final Path stop;
    private final Set<String> failedOnce = ConcurrentHashMap.newKeySet();

    private LoadMain(Producer producer, String topic, String normalTopic, Ledger ledger, Path stop) {
        this.producer = producer;
        this.topic = topic;
        this.normalTopic = normalTopic;
        this.ledger = ledger;
        this.stop = stop;
    }

    /** Arguments: endpoint, topic and group of transactions, topic and group of normal messages, ledger. */
    public static void main(String[] arguments) throws Exception {
        String topic = arguments[1];
        String normalTopic = arguments[3];
        Path file = Path.of(arguments[5]);
        try (Official client = new Official(arguments[0]);
                Ledger ledger = new Ledger(file)) {
            Producer producer = client.transactional(
                    message -> Official.body(message).contains("commit")
                            ? TransactionResolution.COMMIT
                            : TransactionResolution.ROLLBACK,
                    topic,
                    normalTopic);
            LoadMain load = new LoadMain(producer, topic, normalTopic, ledger, file.resolveSibling("stop"));
            for (int i = 0; i < 2; i++) {
                client.push(arguments[2], topic, load::handle);
            }
            SimpleConsumer simple = client.simple(arguments[4], normalTopic);
            Thread taking = new Thread(() -> load.take(simple));
            taking.setDaemon(true);
            taking.start();
            System.out.println("started");
            List<Thread> senders = new ArrayList<>();
            for (int i = 0; i < SENDERS + NORMAL_SENDERS; i++) {
                int sender = i;
                senders.add(new Thread(() -> load.run(sender)));
            }
            senders.forEach(Thread::start);
            for (Thread sender : senders) {
                sender.join(LONGEST_MS);
            }
            System.out.println("sent all");
            while (System.in.read() >= 0) {
                // The campaign ends this process.
            }
        }
    }

    /** What is slow and fails at first is at work whenever the server goes; only a redelivery ends it well. */
    private ConsumeResult handle(MessageView message) {
        String body = Official.body(message);
        if (Math.floorMod(body.hashCode(), SLOW_OF) == 0 && failedOnce.add(body)) {
            pause(SLOW_MS);
            return ConsumeResult.FAILURE;
        }
        ledger.write(Fact.CONSUMED, body);
        return ConsumeResult.SUCCESS;
    }

    private void take(SimpleConsumer consumer) {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                for (MessageView message : consumer.receive(16, Duration.ofSeconds(10))) {
                    ledger.write(Fact.TAKEN, Official.body(message));
                    consumer.ack(message);
                }
            } catch (ClientException | RuntimeException e) {
                // The server is away: what was not acknowledged comes again.
                pause(AWAY_MS);
            }
        }
    }

    private void run(int sender) {
        for (int i = 0; !Files.exists(stop); i++) {
            try {
                if (sender < SENDERS) {
                    one(i % 10, sender + "-" + i);
                } else {
                    String body = "normal-" + sender + "-" + i;
                    producer.send(Official.message(normalTopic, body));
                    ledger.write(Fact.SENT, body);
                }
                TimeUnit.MILLISECONDS.sleep(PACE_MS);
            } catch (ClientException | RuntimeException e) {
                // The server is away: nothing was promised about this message.
                ledger.write(Fact.REFUSED, told(e));
                pause(AWAY_MS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** What was thrown, and what it was thrown for, without what differs from call to call. */
    private static String told(Exception e) {
        String why = e.getCause() == null ? "" : " because of " + e.getCause();
        return (e + why).replaceAll("request-id=[-0-9a-f]+", "request-id");
    }

    private static void pause(int ms) {
        try {
            TimeUnit.MILLISECONDS.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Six of ten are committed, two rolled back, and two left to the checker. */
    private void one(int kind, String number) throws ClientException {
        if (kind < 6) {
            Transaction transaction = prepare(COMMIT + number);
            transaction.commit();
            ledger.write(Fact.COMMITTED, COMMIT + number);
        } else if (kind < 8) {
            Transaction transaction = prepare(ROLLBACK + number);
            transaction.rollback();
            ledger.write(Fact.ROLLED_BACK, ROLLBACK + number);
        } else if (kind == 8) {
            prepare(LEFT_COMMIT + number);
            ledger.write(Fact.LEFT_TO_COMMIT, LEFT_COMMIT + number);
        } else {
            prepare(LEFT_ROLLBACK + number);
            ledger.write(Fact.LEFT_TO_ROLL_BACK, LEFT_ROLLBACK + number);
        }
    }

    private Transaction prepare(String body) throws ClientException {
        Transaction transaction = producer.beginTransaction();
        producer.send(Official.message(topic, body), transaction);
        return transaction;
    }
}
