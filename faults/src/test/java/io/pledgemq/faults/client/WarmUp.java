package io.pledgemq.faults.client;

import io.pledgemq.faults.broker.Broker;
import io.pledgemq.faults.broker.Kind;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.apache.rocketmq.client.apis.ClientException;

/**
 * Connects once before any test does. A client gives a server three seconds for its first answer, and a JVM that has
 * just started on a machine with other work does not always keep that; tests of something else must not fail by it.
 */
public final class WarmUp {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private WarmUp() {}

    public static void of(Broker broker) {
        String topic = broker.topic(Kind.NORMAL);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!answers(broker.endpoint(), topic, System.nanoTime() > deadline)) {
            Thread.onSpinWait();
        }
    }

    private static boolean answers(String endpoint, String topic, boolean last) {
        try (Official client = new Official(endpoint)) {
            client.producer(topic).send(Official.message(topic, "warm"));
            return true;
        } catch (ClientException | IllegalStateException | java.io.IOException e) {
            if (last) {
                throw new IllegalStateException("no client can connect to " + endpoint, e);
            }
            // Turned away for want of a credential is an answer, too.
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            return trace.toString().contains("40100");
        }
    }
}
