package io.pledgemq.faults.crowd;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.faults.broker.GroupKind;
import io.pledgemq.faults.broker.Kind;
import io.pledgemq.faults.broker.PledgeBroker;
import io.pledgemq.faults.broker.WithBroker;
import io.pledgemq.faults.client.Inbox;
import io.pledgemq.faults.client.Official;
import io.pledgemq.faults.client.WarmUp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.client.apis.producer.Transaction;
import org.apache.rocketmq.client.apis.producer.TransactionResolution;
import org.junit.jupiter.api.Test;

/** Clients that are there and do nothing: {@code -Dpledgemq.idle} of them, 5,000 before a release. */
class IdleConnectionsIT {
    private static final int ROUNDS = 50;
    private static final long HEAP_MIB = 512;
    /** Heap, code, threads and what the JVM takes beside them. */
    private static final long MOST_MIB = HEAP_MIB + 256;

    @Test
    void aCrowdOfIdleClientsCostsLittleAndSlowsNobodyDown() throws Exception {
        int count = Integer.getInteger("pledgemq.idle", 1_000);
        List<IdleClient> crowd = new ArrayList<>();
        try (PledgeBroker broker =
                        new PledgeBroker.Setup().jvm("-Xmx" + HEAP_MIB + "m").start(WithBroker.directory("crowd"));
                Official client = new Official(broker.endpoint())) {
            WarmUp.of(broker);
            String topic = broker.topic(Kind.TRANSACTION);
            String endpoint = broker.endpoint();
            int port = Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
            Inbox inbox = new Inbox();
            client.push(broker.group(GroupKind.FRESH), topic, inbox);
            Producer producer = client.transactional(message -> TransactionResolution.UNKNOWN, topic);
            median(producer, topic);
            Duration alone = median(producer, topic);
            try {
                for (int i = 0; i < count; i++) {
                    crowd.add(new IdleClient(port, "idle-" + i, topic));
                }
                Duration crowded = median(producer, topic);
                long residentMib = residentMib(broker.pid());
                System.out.println(count + " idle clients: " + residentMib + " MiB resident, a transaction takes "
                        + crowded.toNanos() / 1000 + " us, alone " + alone.toNanos() / 1000 + " us");
                inbox.await(3 * ROUNDS);
                assertThat(residentMib).isLessThan(MOST_MIB);
                assertThat(crowded).isLessThan(alone.multipliedBy(5).plusMillis(20));
                assertThat(broker.log()).doesNotContain("OutOfMemoryError");
                for (IdleClient idle : crowd) {
                    assertThat(idle.isOpen()).isTrue();
                }
            } finally {
                for (IdleClient idle : crowd) {
                    idle.close();
                }
            }
        }
    }

    private static Duration median(Producer producer, String topic) throws Exception {
        long[] nanos = new long[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            long start = System.nanoTime();
            Transaction transaction = producer.beginTransaction();
            producer.send(Official.message(topic, "m" + i), transaction);
            transaction.commit();
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        return Duration.ofNanos(nanos[ROUNDS / 2]);
    }

    private static long residentMib(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }
}
