package io.pledgemq.faults.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.faults.broker.Broker;
import io.pledgemq.faults.broker.GroupKind;
import io.pledgemq.faults.broker.Kind;
import io.pledgemq.faults.broker.PledgeBroker;
import io.pledgemq.faults.broker.WithBroker;
import io.pledgemq.faults.client.ChildJvm;
import io.pledgemq.faults.client.Eventually;
import io.pledgemq.faults.client.WarmUp;
import io.pledgemq.faults.kill.Ledger.Fact;
import io.pledgemq.faults.kill.Ledger.Facts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The server is killed under load and started again, while official clients in another process go on. How often:
 * {@code -Dpledgemq.kills}; {@code -Dpledgemq.seed} repeats the moments.
 */
class KillCampaignIT {
    private static final Duration SETTLING = Duration.ofMinutes(2);

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void nothingAcknowledgedIsLostAndNothingRolledBackComes() throws Exception {
        int kills = Integer.getInteger("pledgemq.kills", 3);
        long seed = Long.getLong("pledgemq.seed", System.nanoTime());
        System.out.println("kill campaign: " + kills + " kills, -Dpledgemq.seed=" + seed);
        Path directory = WithBroker.directory("kills");
        Path file = directory.resolve("ledger");
        try (Broker broker = new PledgeBroker.Setup().start(directory)) {
            WarmUp.of(broker);
            try (ChildJvm load = ChildJvm.start(
                    LoadMain.class,
                    broker.endpoint(),
                    broker.topic(Kind.TRANSACTION),
                    broker.group(GroupKind.FRESH),
                    file.toString())) {
                load.awaitLine("started");
                Random random = new Random(seed);
                for (int kill = 1; kill <= kills; kill++) {
                    awaitProgress(file, load);
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(2_000));
                    broker.kill();
                    broker.restart();
                }
                awaitProgress(file, load);
                Files.createFile(directory.resolve("stop"));
                load.awaitLine("sent all");
                judge(file);
            } catch (AssertionError | Exception e) {
                System.err.println("-- the broker's log\n" + broker.log());
                throw e;
            }
        }
    }

    /** Every kill meets a server that works: something was committed and consumed since the last one. */
    private static void awaitProgress(Path file, ChildJvm load) throws Exception {
        Facts before = Ledger.read(file);
        int committed = before.of(Fact.COMMITTED).size() + 50;
        int consumed = before.of(Fact.CONSUMED).size() + 50;
        Eventually.until(
                () -> {
                    Facts now = Ledger.read(file);
                    return now.of(Fact.COMMITTED).size() >= committed
                            && now.of(Fact.CONSUMED).size() >= consumed;
                },
                () -> "no progress after a restart; the clients said:\n" + load.output());
    }

    private static void judge(Path file) throws Exception {
        Facts sent = Ledger.read(file);
        Set<String> expected = new HashSet<>(sent.of(Fact.COMMITTED));
        expected.addAll(sent.of(Fact.LEFT_TO_COMMIT));
        Eventually.until(
                SETTLING,
                () -> Ledger.read(file).of(Fact.CONSUMED).containsAll(expected),
                () -> "never consumed: " + missing(expected, file));
        // What the checker still has to roll back gets its time, and must not come after it.
        Eventually.always(Duration.ofSeconds(5), () -> wrong(file).isEmpty(), () -> "consumed: " + wrong(file));
        System.out.println("kill campaign: " + sent.of(Fact.COMMITTED).size() + " committed, "
                + sent.of(Fact.ROLLED_BACK).size() + " rolled back, "
                + sent.of(Fact.LEFT_TO_COMMIT).size() + " and "
                + sent.of(Fact.LEFT_TO_ROLL_BACK).size() + " left to the checker; "
                + Ledger.read(file).of(Fact.CONSUMED).size() + " consumed");
        assertThat(expected).isNotEmpty();
    }

    private static Set<String> missing(Set<String> expected, Path file) {
        try {
            Set<String> missing = new HashSet<>(expected);
            missing.removeAll(Ledger.read(file).of(Fact.CONSUMED));
            return missing;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Set<String> wrong(Path file) {
        try {
            Facts facts = Ledger.read(file);
            Set<String> wrong = new HashSet<>(facts.of(Fact.CONSUMED));
            wrong.removeIf(body -> body.contains("commit"));
            return wrong;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
