package io.pledgemq.bench.client;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.message.Message;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.client.apis.producer.Transaction;
import org.apache.rocketmq.client.apis.producer.TransactionResolution;
import org.jspecify.annotations.Nullable;

/**
 * Threads that share one producer, each in a closed loop; or at a given rate of all together, whose times count from
 * when an operation was due, so that a server that falls behind is seen to.
 */
final class Senders implements AutoCloseable {
    private final Producer producer;
    private final String topic;
    private final boolean transactional;
    private final byte[] padding;
    private final long run;
    private final CommitTimes commitTimes;
    private final long nanosBetween;
    /** When the next operation is due, if a rate is given. */
    private final AtomicLong nextDue = new AtomicLong();

    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final AtomicLong errors = new AtomicLong();

    Senders(Target target, Scenario scenario, Load load, long run, CommitTimes commitTimes)
            throws ClientFailedException {
        this.topic = target.topic(scenario);
        this.transactional = scenario.transactional();
        this.padding = new byte[Math.max(0, load.bodyBytes() - Consumption.HEADER_BYTES)];
        this.nanosBetween = load.rate() == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / load.rate();
        this.run = run;
        this.commitTimes = commitTimes;
        this.producer = Target.connected(Target.PROVIDER
                .newProducerBuilder()
                .setClientConfiguration(target.configuration())
                .setTopics(topic)
                .setTransactionChecker(message -> TransactionResolution.UNKNOWN)::build);
    }

    /**
     * What is sent.
     *
     * @param rate operations a second of all threads together; 0 = as many as they can
     */
    record Load(int bodyBytes, int rate) {}

    /** Sends for so long; the histogram has the time of each operation in microseconds. */
    Histogram run(int threads, int seconds) throws InterruptedException, ClientFailedException {
        Histogram micros = new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(10), 3);
        long begin = System.nanoTime();
        nextDue.set(begin);
        long end = begin + TimeUnit.SECONDS.toNanos(seconds);
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> loop(end, micros), "sender-" + i);
            thread.setUncaughtExceptionHandler((ended, why) -> failure.compareAndSet(null, why));
            thread.start();
            running.add(thread);
        }
        for (Thread thread : running) {
            thread.join();
        }
        Throwable why = failure.get();
        if (why instanceof IllegalArgumentException || why instanceof IllegalStateException) {
            // The client refuses by itself, such as a message of another type than its topic.
            throw new ClientFailedException(why);
        }
        if (why != null) {
            throw new IllegalStateException("a sending thread ended", why);
        }
        return micros;
    }

    private void loop(long end, Histogram micros) {
        while (System.nanoTime() < end) {
            long begin = nanosBetween == 0 ? System.nanoTime() : awaitDue();
            try {
                send();
                micros.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begin));
            } catch (ClientException e) {
                // Counted and told: the rate without it would look better than it is.
                errors.incrementAndGet();
            }
        }
    }

    private long awaitDue() {
        long due = nextDue.getAndAdd(nanosBetween);
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        return due;
    }

    private void send() throws ClientException {
        int number = numbers.getAndIncrement();
        ByteBuffer body = ByteBuffer.allocate(Consumption.HEADER_BYTES + padding.length);
        body.putLong(run).putInt(number).putLong(0).put(padding);
        Message message = Target.PROVIDER
                .newMessageBuilder()
                .setTopic(topic)
                .setBody(body.array())
                .build();
        if (!transactional) {
            producer.send(message);
            return;
        }
        Transaction transaction = producer.beginTransaction();
        producer.send(message, transaction);
        commitTimes.called(number);
        transaction.commit();
    }

    int sent() {
        return numbers.get();
    }

    long errors() {
        return errors.get();
    }

    @Override
    public void close() throws java.io.IOException {
        producer.close();
    }
}
