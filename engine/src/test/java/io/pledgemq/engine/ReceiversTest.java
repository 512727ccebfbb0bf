package io.pledgemq.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.command.Delivery;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageFilter;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.RetryPolicy;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Receivers that wait, and receivers that disconnect while they wait. */
@Timeout(60)
class ReceiversTest {
    private static final Duration LONG = Duration.ofMinutes(10);

    @TempDir
    Path directory;

    private Engine engine;

    @BeforeEach
    void open() throws IOException {
        engine = Engine.open(directory, EngineConfig.defaults());
        engine.createTopic(new TopicConfig("orders", TopicType.NORMAL)).join();
        group("warehouse");
    }

    @AfterEach
    void close() throws IOException {
        engine.close();
    }

    private void group(String name) {
        engine.putGroup(GroupConfig.of(name)).join();
        engine.subscribe(name, "orders", true).join();
    }

    private CompletableFuture<Outcome> receive(String group, String client, @Nullable MessageFilter filter) {
        return engine.receive(new ReceiveRequest(group, "orders", client, 1, LONG, LONG), filter);
    }

    private void send(String id) {
        engine.send(Message.of(id, "orders", new byte[] {1})).join();
    }

    private static Delivery only(CompletableFuture<Outcome> answer) {
        List<Delivery> deliveries = ((Outcome.Received) answer.join()).deliveries();
        assertThat(deliveries).hasSize(1);
        return deliveries.get(0);
    }

    @Test
    void aReceiverThatWentAwayTakesNoLease() {
        CompletableFuture<Outcome> gone = receive("warehouse", "gone", null);
        engine.desk().stats().join();
        gone.cancel(false);
        send("m-1");
        assertThat(engine.desk().leased().join()).isEmpty();
        assertThat(only(receive("warehouse", "here", null)).attempt()).isEqualTo(1);
        assertThat(engine.desk().leased().join()).containsEntry("warehouse", 1);
    }

    @Test
    void aLeaseOfAReceiverThatWentAwayIsGivenBackWithoutAnAttempt() {
        send("m-1");
        CompletableFuture<CompletableFuture<Outcome>> call = new CompletableFuture<>();
        call.complete(receive("warehouse", "gone", message -> {
            // Between the choice of the message and its lease.
            call.join().cancel(false);
            return true;
        }));
        Delivery delivery = only(receive("warehouse", "here", null));
        assertThat(delivery.attempt()).as("the other one was no attempt").isEqualTo(1);
        assertThat(delivery.receipt().nonce()).as("but it was a lease").isGreaterThan(1);
    }

    @Test
    void tenThousandWaitingReceiversDoNotHinderEachOther() {
        List<CompletableFuture<Outcome>> waiting = new ArrayList<>();
        for (int group = 0; group < 100; group++) {
            group("group-" + group);
            for (int client = 0; client < 100; client++) {
                waiting.add(receive("group-" + group, "client-" + client, null));
            }
        }
        for (int i = 0; i < waiting.size(); i++) {
            if (i % 100 != 50) {
                waiting.get(i).cancel(false);
            }
        }
        send("m-1");
        for (int i = 50; i < waiting.size(); i += 100) {
            assertThat(only(waiting.get(i)).message().id().text()).isEqualTo("m-1");
        }
        assertThat(engine.desk().leased().join()).hasSize(100).containsEntry("group-7", 1);
    }

    @Test
    void aFullAnswerEndsAndTheRestFollowsWithoutAnAttempt() {
        byte[] large = new byte[4 << 20];
        for (int i = 0; i < 9; i++) {
            engine.send(Message.of("large-" + i, "orders", large)).join();
        }
        List<String> got = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        while (got.size() < 9) {
            ReceiveRequest request = new ReceiveRequest("warehouse", "orders", "c", 32, LONG, LONG);
            Outcome.Received received =
                    (Outcome.Received) engine.receive(request, null).join();
            sizes.add(received.deliveries().size());
            for (Delivery delivery : received.deliveries()) {
                assertThat(delivery.attempt()).isEqualTo(1);
                got.add(delivery.message().id().text());
                engine.ack(delivery.receipt(), "c", "").join();
            }
        }
        assertThat(got).doesNotHaveDuplicates();
        assertThat(sizes).allSatisfy(size -> assertThat(size).isBetween(1, 4));
    }

    @Test
    void aSlowFilterExaminesFewLargeMessagesInOneTurn() {
        byte[] large = new byte[1 << 20];
        for (int i = 0; i < 5; i++) {
            engine.send(Message.of("large-" + i, "orders", large)).join();
        }
        send("wanted");
        // A question that is asked while the filter runs is answered before the filter has seen all messages, if others
        // get their turn. Answers come in order, from one thread.
        CompletableFuture<CompletableFuture<Outcome>> call = new CompletableFuture<>();
        List<CompletableFuture<Boolean>> answeredBefore = new CopyOnWriteArrayList<>();
        call.complete(receive("warehouse", "picky", message -> {
            answeredBefore.add(
                    engine.desk().stats().thenApply(stats -> !call.join().isDone()));
            return message.id().text().equals("wanted");
        }));
        Delivery delivery = only(call.join());
        assertThat(delivery.message().id().text()).isEqualTo("wanted");
        assertThat(answeredBefore.get(0).join()).isTrue();
    }

    @Test
    void anExpiredLeaseIsRetriedAtOnceIfItsReceiverChoseItsTime() {
        engine.putGroup(GroupConfig.of("warehouse").withRetry(5, new RetryPolicy.Fixed(3_600_000, 0)))
                .join();
        send("m-1");
        ReceiveRequest request =
                new ReceiveRequest("warehouse", "orders", "simple", 1, LONG, Duration.ofMillis(50)).withPromptRetry();
        Outcome.Received first =
                (Outcome.Received) engine.receive(request, null).join();
        Outcome.Received second =
                (Outcome.Received) engine.receive(request, null).join();
        assertThat(first.deliveries().get(0).attempt()).isEqualTo(1);
        assertThat(second.deliveries().get(0).attempt())
                .as("an hour's pause would be the group's")
                .isEqualTo(2);
    }
}
