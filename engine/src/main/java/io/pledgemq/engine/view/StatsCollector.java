package io.pledgemq.engine.view;

import io.pledgemq.engine.state.Deliveries;
import io.pledgemq.engine.state.Group;
import io.pledgemq.engine.state.Pending;
import io.pledgemq.engine.state.State;
import io.pledgemq.engine.writer.Writer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Collects the counters of the engine. For what has no counter (the oldest of each kind) it reads the rows, a bounded
 * number at a time on the writer's thread; meanwhile the state changes.
 */
public final class StatsCollector {
    private final Writer writer;
    private final int rowsPerStep;
    /** Lowest unsettled offset by subscription. */
    private final Map<Integer, Long> oldestOffset = new HashMap<>();

    private long oldestUndecidedMs;
    private int pendingSlot;
    private int deliverySlot;

    private StatsCollector(Writer writer, int rowsPerStep) {
        this.writer = writer;
        this.rowsPerStep = rowsPerStep;
    }

    /** Collects the counters of now. */
    public static CompletableFuture<EngineStats> of(Writer writer) {
        return of(writer, Views.ROWS_PER_PAGE);
    }

    static CompletableFuture<EngineStats> of(Writer writer, int rowsPerStep) {
        return new StatsCollector(writer, rowsPerStep).run();
    }

    private CompletableFuture<EngineStats> run() {
        CompletableFuture<Optional<EngineStats>> step =
                writer.ask(state -> walk(state) ? Optional.of(stats(state)) : Optional.empty());
        return step.thenCompose(
                done -> done.map(CompletableFuture::completedFuture).orElseGet(this::run));
    }

    /** Reads some rows. Returns whether it reached the end. */
    private boolean walk(State state) {
        Pending pending = state.pending();
        Deliveries deliveries = state.deliveries();
        int left = rowsPerStep;
        for (; left > 0 && pendingSlot < pending.end(); left--, pendingSlot++) {
            undecided(pending, pendingSlot);
        }
        for (; left > 0 && deliverySlot < deliveries.end(); left--, deliverySlot++) {
            unsettled(deliveries, deliverySlot);
        }
        return left > 0;
    }

    private void undecided(Pending pending, int slot) {
        int mode = pending.state(slot);
        if (mode == Pending.UNDECIDED || mode == Pending.PARKED) {
            long storedAtMs = pending.storedAtMs(slot);
            oldestUndecidedMs = oldestUndecidedMs == 0 ? storedAtMs : Math.min(oldestUndecidedMs, storedAtMs);
        }
    }

    private void unsettled(Deliveries deliveries, int slot) {
        int mode = deliveries.state(slot);
        if (mode == Deliveries.LEASED || mode == Deliveries.WAITING) {
            oldestOffset.merge(deliveries.subscription(slot), deliveries.offset(slot), Math::min);
        }
    }

    private EngineStats stats(State state) {
        List<GroupView> groups = new ArrayList<>();
        for (Group group : state.groups().values()) {
            List<SubscriptionView> subscriptions = new ArrayList<>();
            for (int id : group.subscriptions()) {
                long oldest = oldestOffset.getOrDefault(id, Long.MAX_VALUE);
                subscriptions.add(SubscriptionView.of(
                        state,
                        group,
                        state.subscription(id),
                        oldest,
                        writer.limits().rows()));
            }
            groups.add(new GroupView(group.config(), group.paused(), subscriptions));
        }
        Pending pending = state.pending();
        EngineStats.Undecided undecided = new EngineStats.Undecided(
                pending.undecided(), pending.parked(), oldestUndecidedMs, writer.checksAsked());
        return new EngineStats(
                state.wallMs(),
                Views.topics(state),
                groups,
                undecided,
                pending.delayed(),
                state.kept(),
                writer.commands(),
                writer.forces(),
                writer.log().sizeBytes(),
                writer.diskFull(),
                writer.limits().rows());
    }
}
