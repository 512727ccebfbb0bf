package io.pledgemq.sdk.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.Engine;
import io.pledgemq.engine.EngineConfig;
import io.pledgemq.engine.command.CheckPolicy;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.sdk.transport.CheckAnswer;
import io.pledgemq.sdk.transport.CheckAnswer.Verdict;
import io.pledgemq.sdk.transport.Checker;
import io.pledgemq.sdk.transport.Origin;
import io.pledgemq.sdk.transport.UndecidedMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How questions reach the checkers of several services, of which one hangs. */
final class EmbeddedChecksTest {
    private static final Duration LIMIT = Duration.ofMillis(200);

    @TempDir
    private Path directory;

    private Engine engine;
    private EmbeddedChecks checks;
    private final CountDownLatch goOn = new CountDownLatch(1);

    @BeforeEach
    void open() throws Exception {
        EngineConfig config = EngineConfig.defaults()
                .withChecks(new CheckPolicy(20, 20, 1_000, 60_000))
                .withOnAlert(alert -> {});
        engine = Engine.open(directory, config);
        assertThat(engine.ensureTopic("t", TopicType.TRANSACTION).get(20, TimeUnit.SECONDS))
                .isNotNull();
        checks = new EmbeddedChecks(engine, LIMIT);
    }

    @AfterEach
    void close() throws Exception {
        goOn.countDown();
        checks.close();
        engine.close();
    }

    private static Origin origin(String service) {
        return new Origin(service, service + "-1", "database-of-" + service);
    }

    private void prepare(String service, String id) throws Exception {
        Message message = Message.of(id, "t", id.getBytes(StandardCharsets.UTF_8));
        assertThat(engine.prepare(message, Answers.sender(origin(service)), Duration.ofMillis(1))
                        .get(20, TimeUnit.SECONDS))
                .isNotNull();
    }

    private void awaitDecided(String id) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!engine.desk()
                .undecidedAmong(List.of(MessageId.of(id)))
                .get(20, TimeUnit.SECONDS)
                .isEmpty()) {
            assertThat(System.nanoTime()).as(id + " is undecided after 20 s").isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static void awaitAsked(HangingChecker checker, String id) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!checker.asked.contains(id)) {
            assertThat(System.nanoTime())
                    .as(id + " was not asked about for 20 s")
                    .isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Commits each message, and hangs at those that are named so. */
    private final class HangingChecker implements Checker {
        final Set<String> asked = ConcurrentHashMap.newKeySet();

        @Override
        public String incarnation() {
            return "";
        }

        @Override
        public boolean sees(Collection<String> incarnations) {
            return true;
        }

        @Override
        public List<CheckAnswer> check(List<UndecidedMessage> messages) {
            throw new IllegalStateException("answers one by one");
        }

        @Override
        public void check(List<UndecidedMessage> messages, Consumer<CheckAnswer> answers) {
            for (UndecidedMessage message : messages) {
                asked.add(message.messageId());
                if (message.messageId().startsWith("hangs")) {
                    hang();
                } else if (message.messageId().startsWith("throws")
                        && message.key().isEmpty()) {
                    throw new StackOverflowError("no");
                }
                answers.accept(new CheckAnswer(message.messageId(), Verdict.COMMIT, ""));
            }
        }

        private void hang() {
            try {
                assertThat(goOn.await(60, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError("a check was interrupted", e);
            }
        }

        @Override
        public void settled(Collection<String> messageIds) {
            throw new IllegalStateException("must not harm");
        }
    }

    private HangingChecker register(String service) {
        HangingChecker checker = new HangingChecker();
        checks.register(origin(service), checker);
        return checker;
    }

    @Test
    void aServiceWhoseChecksHangHoldsUpNoOther() throws Exception {
        HangingChecker slow = register("slow");
        for (int i = 0; i < 3; i++) {
            prepare("slow", "hangs-" + i);
            awaitAsked(slow, "hangs-" + i);
        }
        register("quick");
        prepare("quick", "q1");
        awaitDecided("q1");
    }

    @Test
    void otherChecksOfTheServiceGoOnBesideOnesThatHang() throws Exception {
        HangingChecker checker = register("slow");
        for (int i = 0; i < 4; i++) {
            prepare("slow", "hangs-" + i);
            awaitAsked(checker, "hangs-" + i);
        }
        prepare("slow", "m1");
        awaitDecided("m1");
        goOn.countDown();
        for (int i = 0; i < 4; i++) {
            awaitDecided("hangs-" + i);
        }
    }

    @Test
    void whatIsKnownIsAnsweredBeforeWhatHangsInTheSameRound() throws Exception {
        prepare("slow", "m1");
        prepare("slow", "hangs-1");
        prepare("slow", "m2");
        HangingChecker checker = register("slow");
        awaitAsked(checker, "hangs-1");
        awaitDecided("m1");
    }

    @Test
    void aCheckerThatThrowsIsAskedAgain() throws Exception {
        HangingChecker checker = register("broken");
        prepare("broken", "throws-1");
        awaitAsked(checker, "throws-1");
        prepare("broken", "m1");
        awaitDecided("m1");
        checker.asked.clear();
        awaitAsked(checker, "throws-1");
    }
}
