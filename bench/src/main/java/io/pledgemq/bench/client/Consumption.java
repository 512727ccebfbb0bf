package io.pledgemq.bench.client;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.consumer.FilterExpression;
import org.apache.rocketmq.client.apis.consumer.PushConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;

/**
 * A push consumer with its defaults, in the same process as the senders. Bodies begin with the number of the run, the
 * number of the message and the nano time at which its commit was called, so that losses, duplicates and times show.
 */
final class Consumption implements AutoCloseable {
    static final int HEADER_BYTES = Long.BYTES + Integer.BYTES + Long.BYTES;

    private final long run;
    private final CommitTimes commitTimes;
    private final Histogram micros = new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(10), 3);
    private final BitSet seen = new BitSet();
    private final PushConsumer consumer;
    private long duplicates;
    private volatile boolean measuring;
    private long measured;

    Consumption(Target target, String topic, String group, long run, CommitTimes commitTimes)
            throws ClientFailedException {
        this.run = run;
        this.commitTimes = commitTimes;
        this.consumer = Target.connected(Target.PROVIDER
                .newPushConsumerBuilder()
                .setClientConfiguration(target.configuration())
                .setConsumerGroup(group)
                .setSubscriptionExpressions(Map.of(topic, FilterExpression.SUB_ALL))
                .setMessageListener(this::consume)::build);
    }

    private ConsumeResult consume(MessageView message) {
        long now = System.nanoTime();
        ByteBuffer body = message.getBody();
        // What an earlier run left behind is taken and not counted.
        if (body.remaining() >= HEADER_BYTES && body.getLong(body.position()) == run) {
            int number = body.getInt(body.position() + Long.BYTES);
            count(number, now - commitTimes.of(number));
        }
        return ConsumeResult.SUCCESS;
    }

    private synchronized void count(int number, long nanos) {
        if (seen.get(number)) {
            duplicates++;
            return;
        }
        seen.set(number);
        if (measuring) {
            measured++;
            micros.recordValue(Math.max(0, TimeUnit.NANOSECONDS.toMicros(nanos)));
        }
    }

    void measure(boolean on) {
        measuring = on;
    }

    /** Commit to consume. */
    Histogram micros() {
        return micros;
    }

    synchronized long measured() {
        return measured;
    }

    synchronized int consumed() {
        return seen.cardinality();
    }

    synchronized long duplicates() {
        return duplicates;
    }

    @Override
    public void close() throws java.io.IOException {
        consumer.close();
    }
}
