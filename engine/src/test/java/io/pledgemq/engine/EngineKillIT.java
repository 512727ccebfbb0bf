package io.pledgemq.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.Delivery;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.io.FileStorage;
import io.pledgemq.engine.log.LogVerifier;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real threads, a real process, {@code kill -9}: answers of the killed engine hold after its next start.
 * {@code -Dpledgemq.seed=S} repeats a run as far as threads can be repeated.
 */
@Timeout(120)
class EngineKillIT {
    private static final int KILLS = 5;
    private static final int MOST_LINES = 3000;
    private static final Party BY = Party.sender("orders-1");

    @TempDir
    Path directory;

    private final long seed = Long.getLong("pledgemq.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final KillHistory history = new KillHistory();

    private Path data() {
        return directory.resolve("data");
    }

    private static String classes(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }

    @Test
    void answersHoldAfterEachKill() throws Exception {
        System.out.println("repeat with: -Dpledgemq.seed=" + seed);
        for (int kill = 0; kill < KILLS; kill++) {
            liveAndDie(kill);
            try (FileStorage storage = FileStorage.openReadOnly(data())) {
                assertThat(LogVerifier.verify(storage).damaged()).isEmpty();
            }
        }
        try (Engine engine = KillableEngine.open(data())) {
            decideAll(engine);
            drain(engine);
        }
        assertThat(history.received).containsAll(committed());
        try (FileStorage storage = FileStorage.openReadOnly(data())) {
            assertThat(LogVerifier.verify(storage).intact()).isTrue();
        }
    }

    /** Kills the process after as many lines as the seed says, from none to thousands. */
    private void liveAndDie(int number) throws IOException, InterruptedException, URISyntaxException {
        Path errors = directory.resolve("errors-" + number);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        classes(Engine.class) + System.getProperty("path.separator") + classes(KillableEngine.class),
                        KillableEngine.class.getName(),
                        data().toString(),
                        Integer.toString(number))
                .redirectError(errors.toFile())
                .start();
        int before = history.lines();
        int lines = random.nextInt(1 + random.nextInt(MOST_LINES));
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                history.add(line);
                if (history.lines() - before >= lines) {
                    // Killing by the handle leaves the pipe open, so the lines from before the kill are read.
                    process.toHandle().destroyForcibly();
                }
            }
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(errors)).as("errors of the process").isEmpty();
    }

    /**
     * Each acknowledged half message still exists under its transaction id: decided as before, or else undecided and
     * decided now.
     */
    private void decideAll(Engine engine) {
        for (Map.Entry<String, Long> entry : history.prepared.entrySet()) {
            String id = entry.getKey();
            Decision answered = history.decided.get(id);
            Decision asked = history.asked.get(id);
            Outcome outcome = engine.decide(entry.getValue(), MessageId.of(id), Decision.COMMIT, BY)
                    .join();
            if (answered == Decision.ROLLBACK || outcome instanceof Outcome.Refused) {
                assertThat(asked).as(id).isEqualTo(Decision.ROLLBACK);
                assertThat(outcome)
                        .asInstanceOf(InstanceOfAssertFactories.type(Outcome.Refused.class))
                        .extracting(Outcome.Refused::why)
                        .isEqualTo(Refusal.CONTRARY_DECISION);
                history.decided.put(id, Decision.ROLLBACK);
                continue;
            }
            assertThat(outcome).isInstanceOf(Outcome.Decided.class);
            boolean repeated = ((Outcome.Decided) outcome).repeated();
            assertThat(repeated || answered == null).as("%s is committed", id).isTrue();
            assertThat(repeated && asked != Decision.COMMIT)
                    .as("%s was committed by itself", id)
                    .isFalse();
            history.asked.put(id, Decision.COMMIT);
            history.decided.put(id, Decision.COMMIT);
        }
    }

    private List<String> committed() {
        return history.decided.entrySet().stream()
                .filter(entry -> entry.getValue() == Decision.COMMIT)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Receives and acknowledges until nothing is unsettled, leases of the killed processes included. */
    private void drain(Engine engine) {
        boolean unsettled = true;
        while (unsettled) {
            var outcome = (Outcome.Received)
                    engine.receive(KillableEngine.request(), null).join();
            for (Delivery delivery : outcome.deliveries()) {
                String id = delivery.message().id().text();
                history.received(id);
                if (engine.ack(delivery.receipt(), "client", "").join() instanceof Outcome.Done) {
                    history.acked.add(id);
                }
            }
            unsettled = !outcome.deliveries().isEmpty()
                    || engine.desk().stats().join().subscriptions().stream()
                            .anyMatch(view -> view.leased() + view.waiting() > 0);
        }
    }
}
