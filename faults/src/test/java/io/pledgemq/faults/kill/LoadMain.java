package io.pledgemq.faults.kill;

import io.pledgemq.faults.client.Official;
import io.pledgemq.faults.kill.Ledger.Fact;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.client.apis.producer.Transaction;
import org.apache.rocketmq.client.apis.producer.TransactionResolution;

/**
 * Producers and push consumers that go on whatever happens to the server, and write down what they were told. Ends its
 * sends when a file "stop" appears beside the ledger; consumers and checkers go on.
 */
public final class LoadMain {
    private static final int SENDERS = 6;
    private static final int PACE_MS = 5;
    private static final String COMMIT = "commit-";
    private static final String ROLLBACK = "rollback-";
    private static final String LEFT_COMMIT = "left-commit-";
    private static final String LEFT_ROLLBACK = "left-rollback-";

    private final Producer producer;
    private final String topic;
    private final Ledger ledger;
    private final Path stop;

    private LoadMain(Producer producer, String topic, Ledger ledger, Path stop) {
        this.producer = producer;
        this.topic = topic;
        this.ledger = ledger;
        this.stop = stop;
    }

    public static void main(String[] arguments) throws Exception {
        String topic = arguments[1];
        Path file = Path.of(arguments[3]);
        try (Official client = new Official(arguments[0]);
                Ledger ledger = new Ledger(file)) {
            for (int i = 0; i < 2; i++) {
                client.push(arguments[2], topic, message -> {
                    ledger.write(Fact.CONSUMED, Official.body(message));
                    return ConsumeResult.SUCCESS;
                });
            }
            Producer producer = client.transactional(
                    message -> Official.body(message).contains("commit")
                            ? TransactionResolution.COMMIT
                            : TransactionResolution.ROLLBACK,
                    topic);
            LoadMain load = new LoadMain(producer, topic, ledger, file.resolveSibling("stop"));
            System.out.println("started");
            List<Thread> senders = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                int sender = i;
                senders.add(new Thread(() -> load.run(sender)));
            }
            senders.forEach(Thread::start);
            for (Thread sender : senders) {
                sender.join();
            }
            System.out.println("sent all");
            while (System.in.read() >= 0) {
                // The campaign ends this process.
            }
        }
    }

    private void run(int sender) {
        for (int i = 0; !Files.exists(stop); i++) {
            try {
                one(i % 10, sender + "-" + i);
                TimeUnit.MILLISECONDS.sleep(PACE_MS);
            } catch (ClientException | RuntimeException e) {
                // The server is away: nothing was promised about this message.
                pause();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(50);
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
