package io.pledgemq.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.command.CheckPolicy;
import io.pledgemq.engine.command.CheckRequest;
import io.pledgemq.engine.command.Delivery;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.ProgressListener.Phase;
import io.pledgemq.engine.command.RetryPolicy;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.view.EngineStats;
import io.pledgemq.engine.view.GroupView;
import io.pledgemq.engine.view.SubscriptionView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What can be measured from outside. */
@Timeout(60)
class StatsTest {
    private static final Sender SENDER = new Sender("orders", "orders-1");

    @TempDir
    Path directory;

    @Test
    void everyForceIsReportedWithItsTimeAndItsCommands() throws Exception {
        AtomicLong forces = new AtomicLong();
        AtomicLong commands = new AtomicLong();
        AtomicLong shortest = new AtomicLong(Long.MAX_VALUE);
        EngineConfig config = EngineConfig.defaults().withOnForce((nanos, count) -> {
            forces.incrementAndGet();
            commands.addAndGet(count);
            shortest.accumulateAndGet(nanos, Math::min);
        });
        try (Engine engine = Engine.open(directory, config)) {
            engine.createTopic(new TopicConfig("plain", TopicType.NORMAL)).join();
            for (int i = 0; i < 20; i++) {
                engine.send(Message.of("m-" + i, "plain", new byte[10])).join();
            }
            EngineStats stats = engine.desk().stats().join();
            assertThat(stats.commands()).isEqualTo(21).isEqualTo(commands.get());
            assertThat(stats.forces()).isEqualTo(forces.get());
            assertThat(shortest.get()).isPositive();
        }
    }

    private record Step(Phase phase, long done, long total, long nanos) {}

    @Test
    void openingReportsItsProgress() throws Exception {
        try (Engine engine = Engine.open(directory, EngineConfig.defaults())) {
            engine.createTopic(new TopicConfig("plain", TopicType.NORMAL)).join();
            List<CompletableFuture<Outcome>> sent = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                sent.add(engine.send(Message.of("m-" + i, "plain", new byte[100])));
            }
            sent.forEach(CompletableFuture::join);
        }
        List<Step> steps = new ArrayList<>();
        EngineConfig config = EngineConfig.defaults()
                .withOnProgress((phase, done, total) -> steps.add(new Step(phase, done, total, System.nanoTime())));
        Engine.open(directory, config).close();

        assertThat(steps.get(0).phase()).isEqualTo(Phase.LOG);
        assertThat(steps).allSatisfy(step -> assertThat(step.done()).isBetween(0L, step.total()));
        for (int i = 1; i < steps.size(); i++) {
            assertThat(steps.get(i).nanos() - steps.get(i - 1).nanos()).isGreaterThan(90_000_000);
        }
    }

    @Test
    void theOldestOfEachKindAndTheLagAreCounted() throws Exception {
        CheckPolicy checks = new CheckPolicy(60_000, 60_000, 3, 60_000);
        try (Engine engine = Engine.open(
                directory, EngineConfig.defaults().withChecks(checks).withOnAlert(alert -> {}))) {
            long before = System.currentTimeMillis();
            engine.createTopic(new TopicConfig("plain", TopicType.NORMAL)).join();
            engine.createTopic(new TopicConfig("later", TopicType.DELAY)).join();
            engine.createTopic(new TopicConfig("orders", TopicType.TRANSACTION)).join();
            engine.putGroup(GroupConfig.of("group").withRetry(1, new RetryPolicy.Fixed(0, 0)))
                    .join();
            engine.subscribe("group", "plain", true).join();
            engine.subscribe("group", "later", true).join();
            for (int i = 0; i < 5; i++) {
                engine.send(Message.of("m-" + i, "plain", new byte[10])).join();
            }
            engine.send(Message.of("d", "later", new byte[10]).withDeliverAtMs(before + 3_600_000))
                    .join();
            CompletableFuture<CheckRequest> asked = new CompletableFuture<>();
            engine.connectSender(SENDER, requests -> asked.complete(requests.get(0)), 1);
            engine.prepare(Message.of("h", "orders", new byte[10]), SENDER, Duration.ZERO)
                    .join();
            asked.join();
            ReceiveRequest request =
                    new ReceiveRequest("group", "plain", "c", 3, Duration.ofSeconds(5), Duration.ofMinutes(1));
            List<Delivery> deliveries =
                    ((Outcome.Received) engine.receive(request, null).join()).deliveries();
            engine.fail(deliveries.get(0).receipt(), "c", Failure.retry("no")).join();
            engine.ack(deliveries.get(1).receipt(), "c", "").join();

            EngineStats stats = engine.desk().stats().join();
            assertThat(stats.undecided()).as("a delayed message is decided").isEqualTo(1);
            assertThat(stats.waitingForTheirTime()).isEqualTo(1);
            assertThat(stats.halfMessages().oldestMs()).isBetween(before, stats.wallMs());
            assertThat(stats.halfMessages().checksAsked()).isEqualTo(1);
            GroupView group = engine.desk().group("group").join().orElseThrow();
            assertThat(group.dead()).isEqualTo(1);
            assertThat(group.leased()).isEqualTo(1);
            assertThat(group.lag()).as("one leased, two not seen").isEqualTo(3);
            assertThat(group.subscriptions()).hasSize(2).satisfies(subscriptions -> {
                SubscriptionView plain = subscriptions.get(0);
                assertThat(plain.oldestMs()).isBetween(before, stats.wallMs());
                assertThat(subscriptions.get(1).oldestMs()).isZero();
            });
            assertThat(engine.desk().group("nobody").join()).isEmpty();
            assertThat(engine.desk().topics().join())
                    .extracting(topic -> topic.name() + " " + topic.endOffset())
                    .containsExactly("%DLQ%group 1", "later 0", "orders 0", "plain 5");
        }
    }
}
