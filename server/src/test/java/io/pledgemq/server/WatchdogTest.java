package io.pledgemq.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.Engine;
import io.pledgemq.engine.ReceiveRequest;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.OnExhausted;
import io.pledgemq.engine.command.RetryPolicy;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchdogTest {
    private static final Duration TIMEOUT = Duration.ofMillis(400);

    @TempDir
    Path directory;

    @Test
    void writerThatIsStuckInAFilterIsFoundAndIdleOneIsLeftAlone() throws Exception {
        AtomicInteger found = new AtomicInteger();
        CountDownLatch stuck = new CountDownLatch(1);
        try (Engine engine = Engine.open(directory, Running.config(directory).engine())) {
            Watchdog watchdog = new Watchdog(engine, TIMEOUT, found::incrementAndGet);
            try {
                prepare(engine);
                long quiet = System.nanoTime() + TIMEOUT.multipliedBy(3).toNanos();
                Running.await("the watchdog has looked at an idle writer", () -> System.nanoTime() > quiet);
                assertThat(found).hasValue(0);

                var never = engine.receive(
                        new ReceiveRequest("g", "t", "c", 1, Duration.ZERO, Duration.ofSeconds(30)), message -> {
                            awaitUninterruptibly(stuck);
                            return true;
                        });

                Running.await("the stuck writer is found", () -> found.get() == 1);
                assertThat(never).isNotDone();
            } finally {
                watchdog.close();
                stuck.countDown();
            }
        }
    }

    private static void prepare(Engine engine) {
        engine.createTopic(new TopicConfig("t", TopicType.NORMAL)).join();
        engine.putGroup(new GroupConfig("g", false, 3, RetryPolicy.standard(), OnExhausted.PARK, false))
                .join();
        engine.subscribe("g", "t", true).join();
        engine.send(Message.of("m1", "t", new byte[1])).join();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
