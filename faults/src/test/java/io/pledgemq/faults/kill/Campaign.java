package io.pledgemq.faults.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.faults.broker.Broker;
import io.pledgemq.faults.broker.GroupKind;
import io.pledgemq.faults.broker.Kind;
import io.pledgemq.faults.client.ChildJvm;
import io.pledgemq.faults.client.Eventually;
import io.pledgemq.faults.kill.Ledger.Fact;
import io.pledgemq.faults.kill.Ledger.Facts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

/** Load of official clients in a process of their own, while something happens to the server. */
final class Campaign implements AutoCloseable {
    private static final Duration SETTLING = Duration.ofMinutes(2);
    /** Of each kind of work, to call it progress. */
    private static final int SOME = 50;

    private final Path ledger;
    private final ChildJvm load;

    private Campaign(Path ledger, ChildJvm load) {
        this.ledger = ledger;
        this.load = load;
    }

    static Campaign start(Broker broker, Path directory) throws Exception {
        Path ledger = directory.resolve("ledger");
        ChildJvm load = ChildJvm.start(
                LoadMain.class,
                broker.endpoint(),
                broker.topic(Kind.TRANSACTION),
                broker.group(GroupKind.FRESH),
                broker.topic(Kind.NORMAL),
                broker.group(GroupKind.FRESH),
                ledger.toString());
        load.awaitLine("started");
        return new Campaign(ledger, load);
    }

    Facts facts() throws IOException {
        return Ledger.read(ledger);
    }

    /** Whatever happens next meets a server that works: all clients got on since now. */
    void awaitProgress() throws Exception {
        Facts before = facts();
        Eventually.until(
                () -> {
                    Facts now = facts();
                    return List.of(Fact.COMMITTED, Fact.CONSUMED, Fact.SENT, Fact.TAKEN).stream()
                            .allMatch(fact ->
                                    now.of(fact).size() >= before.of(fact).size() + SOME);
                },
                () -> "no progress after a restart; the clients said:\n" + load.output());
    }

    /** Ends the sends and waits until all that was promised has happened, and nothing that must not. */
    void judge(String name) throws Exception {
        Files.createFile(ledger.resolveSibling("stop"));
        load.awaitLine("sent all");
        Facts sent = facts();
        Set<String> committed = new HashSet<>(sent.of(Fact.COMMITTED));
        committed.addAll(sent.of(Fact.LEFT_TO_COMMIT));
        arrived(committed, Fact.CONSUMED);
        arrived(sent.of(Fact.SENT), Fact.TAKEN);
        // What the checker still has to roll back gets its time, and must not come after it.
        Eventually.always(Duration.ofSeconds(5), () -> wrong().isEmpty(), () -> "consumed: " + quietly(this::wrong));
        System.out.println(name + ": " + sent.of(Fact.COMMITTED).size() + " committed, "
                + sent.of(Fact.ROLLED_BACK).size() + " rolled back, "
                + sent.of(Fact.LEFT_TO_COMMIT).size() + " and "
                + sent.of(Fact.LEFT_TO_ROLL_BACK).size() + " left to the checker, "
                + sent.of(Fact.SENT).size() + " normal; "
                + facts().of(Fact.CONSUMED).size() + " and "
                + facts().of(Fact.TAKEN).size() + " consumed");
        assertThat(committed).isNotEmpty();
        assertThat(sent.of(Fact.SENT)).isNotEmpty();
    }

    private void arrived(Set<String> expected, Fact fact) throws Exception {
        Eventually.until(
                SETTLING,
                () -> facts().of(fact).containsAll(expected),
                () -> "never " + fact + ": "
                        + quietly(() -> {
                            Set<String> missing = new HashSet<>(expected);
                            missing.removeAll(facts().of(fact));
                            return missing;
                        }));
    }

    private Set<String> wrong() throws IOException {
        Set<String> wrong = new HashSet<>(facts().of(Fact.CONSUMED));
        wrong.removeIf(body -> body.contains("commit"));
        return wrong;
    }

    private static Set<String> quietly(Callable<Set<String>> look) {
        try {
            return look.call();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        load.close();
    }
}
