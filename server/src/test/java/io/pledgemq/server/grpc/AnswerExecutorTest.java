package io.pledgemq.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AnswerExecutorTest {
    private static final long SOON_SECONDS = 60;

    @Test
    void smallAnswersAreMadeAtOnceWhileLargeOnesWait() {
        List<Runnable> elsewhere = new ArrayList<>();
        List<String> made = new ArrayList<>();
        try (AnswerExecutor answers = new AnswerExecutor(elsewhere::add)) {
            answers.make(AnswerExecutor.LARGE_BYTES, () -> made.add("large"));
            answers.make(AnswerExecutor.LARGE_BYTES - 1, () -> made.add("small"));

            assertThat(made).containsExactly("small");
            elsewhere.forEach(Runnable::run);
            assertThat(made).containsExactly("small", "large");
        }
    }

    @Test
    void callerIsFreeWhileALargeAnswerIsMadeOnAnotherThread() throws Exception {
        CountDownLatch callerWentOn = new CountDownLatch(1);
        CompletableFuture<Boolean> made = new CompletableFuture<>();
        try (AnswerExecutor answers = AnswerExecutor.onThreads()) {
            answers.make(AnswerExecutor.LARGE_BYTES, () -> made.complete(waited(callerWentOn)));
            callerWentOn.countDown();

            assertThat(made.get(SOON_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static boolean waited(CountDownLatch latch) {
        try {
            return latch.await(SOON_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }
}
