package io.pledgemq.server.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counts values into fixed buckets. One thread counts, and neither waits nor allocates; any thread reads. */
final class Buckets {
    /** Upper bounds, ascending; a last bucket takes what is above all. */
    private final long[] bounds;

    private final AtomicLongArray counts;
    private final AtomicLong sum = new AtomicLong();

    Buckets(long... bounds) {
        this.bounds = bounds.clone();
        this.counts = new AtomicLongArray(bounds.length + 1);
    }

    void count(long value) {
        int bucket = 0;
        while (bucket < bounds.length && value > bounds[bucket]) {
            bucket++;
        }
        // One writer: without a locked instruction.
        counts.setRelease(bucket, counts.getPlain(bucket) + 1);
        sum.setRelease(sum.getPlain() + value);
    }

    /** @param unit divides bounds and values: 1e9 makes seconds of nanoseconds */
    HistogramSnapshot snapshot(String name, String help, double unit) {
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        for (int i = 0; i < bounds.length; i++) {
            buckets.bucket(bounds[i] / unit, counts.getAcquire(i));
        }
        buckets.bucket(Double.POSITIVE_INFINITY, counts.getAcquire(bounds.length));
        return new HistogramSnapshot(
                new MetricMetadata(name, help),
                List.of(new HistogramSnapshot.HistogramDataPointSnapshot(
                        buckets.build(), sum.getAcquire() / unit, Labels.EMPTY, null, 0)));
    }
}
