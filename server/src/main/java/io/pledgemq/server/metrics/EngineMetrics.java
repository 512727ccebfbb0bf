package io.pledgemq.server.metrics;

import io.pledgemq.engine.view.EngineStats;
import io.pledgemq.engine.view.SubscriptionView;
import io.pledgemq.engine.view.TopicView;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The engine's counters as metrics. The first {@link #ROWS} topics by name, and as many pairs of group and topic, have
 * rows of their own; all others share the row {@link #OTHER}, which no name can be.
 */
final class EngineMetrics {
    static final int ROWS = 1000;
    static final String OTHER = "(other)";

    private static final double MS_PER_SECOND = 1000;

    private final EngineStats stats;
    private final int rows;

    EngineMetrics(EngineStats stats, int rows) {
        this.stats = stats;
        this.rows = rows;
    }

    Stream<Family> families() {
        return Stream.of(topics(), subscriptions(), halfMessages(), whole()).flatMap(List::stream);
    }

    private List<Family> topics() {
        Family stored = Family.counter(
                "pledgemq_topic_stored", "Messages stored: sends, and prepares of type transaction.", "topic", "type");
        Family committed = Family.counter(
                "pledgemq_topic_committed", "Messages that became visible, plain sends included.", "topic", "type");
        Family rolledBack = Family.counter("pledgemq_topic_rolled_back", "Half messages rolled back.", "topic", "type");
        Family pending = Family.gauge(
                "pledgemq_topic_pending", "Messages stored and not visible: undecided or delayed.", "topic", "type");
        int row = 0;
        for (TopicView topic : stats.topics()) {
            boolean own = row++ < rows;
            String name = own ? topic.name() : OTHER;
            String type = own ? topic.type().name().toLowerCase(Locale.ROOT) : OTHER;
            stored.add(topic.stored(), name, type);
            committed.add(topic.committed(), name, type);
            rolledBack.add(topic.rolledBack(), name, type);
            pending.add(topic.pending(), name, type);
        }
        return List.of(stored, committed, rolledBack, pending);
    }

    private List<Family> subscriptions() {
        String[] labels = {"group", "topic"};
        Family delivered = Family.counter("pledgemq_delivered", "Leases given, redeliveries included.", labels);
        Family acked = Family.counter("pledgemq_acked", "Deliveries acknowledged.", labels);
        Family failed = Family.counter("pledgemq_failed", "Attempts that failed.", labels);
        Family skipped = Family.counter("pledgemq_skipped", "Messages skipped by a filter.", labels);
        Family died = Family.counter("pledgemq_dead_letters", "Deliveries that became dead letters.", labels);
        Family dead = Family.gauge("pledgemq_dead_letters_open", "Dead letters that are not settled.", labels);
        Family lag = Family.gauge("pledgemq_lag_messages", "Messages not settled, dead letters left out.", labels);
        Family behind = Family.highest(
                "pledgemq_lag_seconds", "Age of the oldest message not settled; up to a minute too much.", labels);
        Family leased = Family.gauge("pledgemq_leased", "Messages that are being worked on.", labels);
        Family unsettled = Family.gauge(
                "pledgemq_unsettled", "Deliveries that take memory: leased, waiting, and open dead letters.", labels);
        Family full = Family.gauge(
                "pledgemq_delivery_full", "1 while it gets nothing new because so much is not settled.", labels);
        int row = 0;
        for (SubscriptionView view : stats.subscriptions()) {
            boolean own = row++ < rows;
            String group = own ? view.group() : OTHER;
            String topic = own ? view.topic() : OTHER;
            delivered.add(view.totals().delivered(), group, topic);
            acked.add(view.totals().acked(), group, topic);
            failed.add(view.totals().failed(), group, topic);
            skipped.add(view.totals().skipped(), group, topic);
            died.add(view.totals().dead(), group, topic);
            dead.add(view.dead(), group, topic);
            lag.add(view.lag(), group, topic);
            behind.add(age(view.oldestMs()), group, topic);
            leased.add(view.leased(), group, topic);
            unsettled.add(view.unsettled(), group, topic);
            full.add(view.full() ? 1 : 0, group, topic);
        }
        return List.of(delivered, acked, failed, skipped, died, dead, lag, behind, leased, unsettled, full);
    }

    private List<Family> halfMessages() {
        EngineStats.Undecided half = stats.halfMessages();
        return List.of(
                Family.gauge("pledgemq_undecided", "Undecided half messages, parked ones included.")
                        .add(half.count()),
                Family.gauge("pledgemq_undecided_oldest_seconds", "Age of the oldest undecided half message.")
                        .add(age(half.oldestMs())),
                Family.gauge("pledgemq_parked", "Half messages whose checks are exhausted: a person decides.")
                        .add(half.parked()),
                Family.counter("pledgemq_checks_asked", "Questions put to senders since the start.")
                        .add(half.checksAsked()));
    }

    private List<Family> whole() {
        return List.of(
                Family.gauge("pledgemq_delayed", "Messages that wait for their time.")
                        .add(stats.waitingForTheirTime()),
                Family.gauge("pledgemq_limit", "Bounds of memory, of `limits` in the configuration.", "name")
                        .add(stats.limits().pending(), "pending")
                        .add(stats.limits().delayed(), "delayed")
                        .add(stats.limits().unsettled(), "unsettled")
                        .add(stats.limits().unsettledPerSubscription(), "unsettled-per-subscription")
                        .add(stats.limits().kept(), "kept"),
                Family.gauge("pledgemq_kept", "Messages that topics keep, those of FIFO topics twice.")
                        .add(stats.kept()),
                Family.counter("pledgemq_commands", "Commands logged since the start.")
                        .add(stats.commands()),
                Family.gauge("pledgemq_log_bytes", "Size of the log.").add(stats.logBytes()),
                Family.gauge("pledgemq_disk_full", "1 while new messages are refused because the disk is full.")
                        .add(stats.diskFull() ? 1 : 0));
    }

    private double age(long sinceMs) {
        return sinceMs == 0 ? 0 : Math.max(0, stats.wallMs() - sinceMs) / MS_PER_SECOND;
    }
}
