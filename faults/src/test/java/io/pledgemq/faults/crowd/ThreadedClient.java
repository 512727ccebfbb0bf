package io.pledgemq.faults.crowd;

import io.grpc.StatusRuntimeException;
import io.pledgemq.faults.raw.TelemetryStream;
import io.pledgemq.faults.raw.Wire;
import io.pledgemq.rpc.v2.Assignment;
import io.pledgemq.rpc.v2.ClientType;
import io.pledgemq.rpc.v2.Language;
import io.pledgemq.rpc.v2.Message;
import io.pledgemq.rpc.v2.MessageQueue;
import io.pledgemq.rpc.v2.QueryAssignmentRequest;
import io.pledgemq.rpc.v2.ReceiveMessageRequest;
import io.pledgemq.rpc.v2.ReceiveMessageResponse;
import io.pledgemq.rpc.v2.SubscriptionEntry;
import io.pledgemq.rpc.v2.TelemetryCommand;
import io.pledgemq.rpc.v2.UA;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A push consumer that spends one of six threads on each receive, as the official Python client 5.1 does on two cores:
 * a receive that ends stands behind all others for its next thread. As there, each new assignment begins the receives
 * of all earlier ones once more.
 */
final class ThreadedClient implements AutoCloseable {
    private static final int THREADS = 6;
    private static final long SCAN_SECONDS = 5;
    private static final long POLL_SECONDS = 20;

    private final String group;
    private final Set<String> topics;
    private final Wire wire;
    private final TelemetryStream stream;
    private final ExecutorService receivers = Executors.newFixedThreadPool(THREADS);
    private final ScheduledExecutorService scans = Executors.newSingleThreadScheduledExecutor();
    private final Set<MessageQueue> queues = new LinkedHashSet<>();
    private final Map<String, String> bodies = new ConcurrentHashMap<>();

    ThreadedClient(String endpoint, String group, Set<String> topics, Language language) throws InterruptedException {
        this.group = group;
        this.topics = topics;
        this.wire = new Wire(
                endpoint, Map.of("x-mq-client-id", "threaded@" + UUID.randomUUID(), "x-mq-language", language.name()));
        this.stream = new TelemetryStream(wire);
        TelemetryCommand.Builder settings = TelemetryStream.consumer(ClientType.PUSH_CONSUMER, group).toBuilder();
        settings.getSettingsBuilder().setUserAgent(UA.newBuilder().setLanguage(language));
        for (String topic : topics) {
            settings.getSettingsBuilder()
                    .getSubscriptionBuilder()
                    .addSubscriptions(SubscriptionEntry.newBuilder().setTopic(Wire.name(topic)));
        }
        stream.agree(settings.build());
        var unused = scans.scheduleWithFixedDelay(this::scan, 0, SCAN_SECONDS, TimeUnit.SECONDS);
    }

    private void scan() {
        for (String topic : topics) {
            List<Assignment> assigned = wire.call()
                    .queryAssignment(QueryAssignmentRequest.newBuilder()
                            .setTopic(Wire.name(topic))
                            .setGroup(Wire.name(group))
                            .setEndpoints(wire.endpoints())
                            .build())
                    .getAssignmentsList();
            List<MessageQueue> fresh = new ArrayList<>();
            assigned.forEach(assignment -> fresh.add(assignment.getMessageQueue()));
            if (queues.addAll(fresh)) {
                queues.forEach(this::receiveSoon);
            }
        }
    }

    private void receiveSoon(MessageQueue queue) {
        try {
            receivers.execute(() -> receive(queue));
        } catch (RejectedExecutionException e) {
            // The test is over.
        }
    }

    private void receive(MessageQueue queue) {
        ReceiveMessageRequest poll = wire.poll(group, queue.getTopic().getName())
                .setMessageQueue(queue)
                .clearInvisibleDuration()
                .setAutoRenew(true)
                .setAttemptId(UUID.randomUUID().toString())
                .setLongPollingTimeout(Wire.seconds(POLL_SECONDS))
                .build();
        List<ReceiveMessageResponse> answer;
        try {
            answer = wire.receive(poll);
        } catch (StatusRuntimeException e) {
            if (receivers.isShutdown()) {
                return;
            }
            throw e;
        }
        for (Message got : Wire.messages(answer)) {
            bodies.put(got.getSystemProperties().getMessageId(), got.getBody().toStringUtf8());
            wire.ack(
                    group, queue.getTopic().getName(), got.getSystemProperties().getReceiptHandle());
        }
        receiveSoon(queue);
    }

    /** How many different messages came. */
    int received() {
        return bodies.size();
    }

    @Override
    public void close() {
        scans.shutdownNow();
        receivers.shutdownNow();
        stream.close();
    }
}
