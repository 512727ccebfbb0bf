package io.pledgemq.server.net;

import io.pledgemq.server.config.LimitsConfig;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds the bytes of incomplete requests, of all connections together. Over {@code limits.partial-requests} the
 * request that began first is dropped: a client that trickles has an old one, a client that sends does not.
 * Thread-safe.
 */
final class PartialRequests {
    private static final Logger LOG = LoggerFactory.getLogger(PartialRequests.class);

    private final long mostBytes;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong numbers = new AtomicLong();
    private final ConcurrentSkipListMap<Long, Part> parts = new ConcurrentSkipListMap<>();
    private final LongAdder givenUp = new LongAdder();
    private final AtomicBoolean over = new AtomicBoolean();

    PartialRequests(LimitsConfig limits) {
        this.mostBytes = limits.partialRequests().bytes();
    }

    long bytes() {
        return bytes.get();
    }

    long givenUp() {
        return givenUp.sum();
    }

    /** @param giveUp refuses the request; called at most once, by any thread */
    Part begin(Runnable giveUp) {
        return new Part(giveUp);
    }

    private void shed() {
        while (bytes.get() > mostBytes) {
            Map.Entry<Long, Part> oldest = parts.firstEntry();
            if (oldest == null || oldest.equals(parts.lastEntry())) {
                // The largest message bounds a single request, and may exceed what is configured here.
                return;
            }
            if (oldest.getValue().end()) {
                givenUp.increment();
                oldest.getValue().giveUp.run();
            }
            if (over.compareAndSet(false, true)) {
                LOG.warn(
                        "requests that do not come whole are given up because of limits.partial-requests={}",
                        mostBytes);
            }
        }
    }

    /** An incomplete request, or an incomplete message of a stream. */
    final class Part {
        private final Runnable giveUp;
        /** Its place in the order of connections with a partial request; each partial request gets a new one. */
        private long number;

        private long held;
        private boolean ended;

        private Part(Runnable giveUp) {
            this.giveUp = giveUp;
        }

        /** Sets the bytes of it that are in memory. */
        void holds(long now) {
            synchronized (this) {
                if (!ended) {
                    place(now);
                }
            }
            shed();
        }

        /** Ends it: it is complete, or its caller is gone. Returns false if it had ended before. */
        synchronized boolean end() {
            place(0);
            boolean first = !ended;
            ended = true;
            return first;
        }

        private void place(long now) {
            if (held == 0 && now > 0) {
                number = numbers.getAndIncrement();
                parts.put(number, this);
            } else if (held > 0 && now == 0) {
                parts.remove(number);
            }
            bytes.addAndGet(now - held);
            held = now;
        }
    }
}
