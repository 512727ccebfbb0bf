package io.pledgemq.sdk;

import io.pledgemq.sdk.jdbc.Barrier;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes in the barrier, later and many at once, that the engine has confirmed COMMIT. What is not noted, because the
 * transport knows it at any time, the process dies or the queue is full, is found out by the clean-up.
 */
final class ConfirmedRows {
    private static final Logger LOG = LoggerFactory.getLogger(ConfirmedRows.class);
    private static final int MAX_WAITING = 100_000;

    private final Barrier barrier;
    private final boolean noting;
    private final ConcurrentLinkedQueue<String> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();

    ConfirmedRows(Barrier barrier, boolean noting) {
        this.barrier = barrier;
        this.noting = noting;
    }

    void add(Collection<String> messageIds) {
        for (String id : messageIds) {
            if (noting && count.get() < MAX_WAITING) {
                waiting.add(id);
                count.incrementAndGet();
            }
        }
    }

    synchronized void flush() {
        List<String> ids = new ArrayList<>();
        for (String id = waiting.poll(); id != null; id = waiting.poll()) {
            ids.add(id);
        }
        count.addAndGet(-ids.size());
        if (ids.isEmpty()) {
            return;
        }
        try {
            barrier.confirm(ids);
        } catch (SQLException e) {
            LOG.debug("will note {} confirmed decisions later: {}", ids.size(), e.getMessage());
            add(ids);
        }
    }
}
