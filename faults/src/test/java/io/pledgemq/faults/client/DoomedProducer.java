package io.pledgemq.faults.client;

import java.util.concurrent.CountDownLatch;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.client.apis.producer.TransactionResolution;

/** Prepares one message and decides nothing. */
public final class DoomedProducer {
    private DoomedProducer() {}

    public static void main(String[] arguments) throws Exception {
        try (Official client = new Official(arguments[0])) {
            Producer producer = client.transactional(message -> TransactionResolution.UNKNOWN, arguments[1]);
            producer.send(Official.message(arguments[1], "orphan"), producer.beginTransaction());
            System.out.println("prepared");
            new CountDownLatch(1).await();
        }
    }
}
