package io.pledgemq.faults.client;

import java.util.concurrent.CountDownLatch;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;

/** A push consumer whose handler begins and never ends. */
public final class DoomedConsumer {
    private DoomedConsumer() {}

    public static void main(String[] arguments) throws Exception {
        try (Official client = new Official(arguments[0])) {
            client.push(arguments[1], arguments[2], message -> {
                System.out.println("holding " + Official.body(message));
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return ConsumeResult.FAILURE;
            });
            System.out.println("started");
            new CountDownLatch(1).await();
        }
    }
}
