package io.pledgemq.server.grpc;

import io.pledgemq.engine.command.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Lets a push consumer whose receives hold a thread each hear of all its topics. When it does not ask for something
 * that it was assigned, its threads wait for something else: the oldest of its receives are answered empty, one for
 * each that is missing, and their threads are free for these. So each of many topics gets its turn within some seconds,
 * however few threads there are; a client that asks for all that it was assigned is left alone. Thread-safe.
 */
final class ReceiveTurns {
    /** A receive waits at least this long; a shorter absence says nothing about the client. */
    static final Duration TURN = Duration.ofMillis(500);

    /** Clients ask for their assignments every five seconds; one that was not asked for again is over. */
    static final Duration ASSIGNED = Duration.ofSeconds(20);

    private final LongSupplier nanoTime;
    private final Map<Place, State> places = new HashMap<>();
    private final Set<Open> open = new HashSet<>();

    /** An assigned queue: one receive at a time. */
    private record Place(String topic, int queue) {}

    private static final class State {
        private boolean assigned;
        private long assignedNanos;
        private long idleNanos;
        private int open;
    }

    private static final class Open {
        private final State place;
        private final long sinceNanos;
        private final CompletableFuture<Outcome> receive;

        Open(State place, long sinceNanos, CompletableFuture<Outcome> receive) {
            this.place = place;
            this.sinceNanos = sinceNanos;
            this.receive = receive;
        }
    }

    ReceiveTurns(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Notes that the client was assigned the first queues of a topic. */
    synchronized void assigned(String topic, int queues) {
        long now = nanoTime.getAsLong();
        for (int queue = 0; queue < queues; queue++) {
            State place = place(topic, queue, now);
            place.assigned = true;
            place.assignedNanos = now;
        }
    }

    private State place(String topic, int queue, long now) {
        return places.computeIfAbsent(new Place(topic, queue), unknown -> {
            State place = new State();
            place.idleNanos = now;
            return place;
        });
    }

    /** Notes that the client receives. */
    void begins(String topic, int queue, CompletableFuture<Outcome> receive) {
        Open begun;
        synchronized (this) {
            long now = nanoTime.getAsLong();
            State place = place(topic, queue, now);
            place.open++;
            begun = new Open(place, now, receive);
            open.add(begun);
        }
        var unused = receive.whenComplete((outcome, failed) -> ends(begun));
    }

    private synchronized void ends(Open ended) {
        open.remove(ended);
        ended.place.open--;
        ended.place.idleNanos = nanoTime.getAsLong();
    }

    /** Ends as many receives as are missing elsewhere. */
    void round() {
        // Completing a receive calls back into this class.
        due().forEach(receive -> receive.complete(new Outcome.Received(List.of())));
    }

    private synchronized List<CompletableFuture<Outcome>> due() {
        long now = nanoTime.getAsLong();
        places.values().removeIf(place -> place.open == 0 && !isAssigned(place, now));
        long missing = places.values().stream()
                .filter(place -> place.open == 0 && isAssigned(place, now) && isOver(place.idleNanos, now))
                .count();
        if (missing == 0) {
            return List.of();
        }
        List<Open> oldest = new ArrayList<>(open);
        oldest.removeIf(receive -> !isOver(receive.sinceNanos, now));
        // A second receive of the same queue goes first: Python begins several.
        oldest.sort(Comparator.<Open>comparingInt(receive -> receive.place.open > 1 ? 0 : 1)
                .thenComparingLong(receive -> receive.sinceNanos - now));
        return oldest.stream().limit(missing).map(ended -> ended.receive).toList();
    }

    private static boolean isAssigned(State place, long now) {
        return place.assigned && now - place.assignedNanos <= ASSIGNED.toNanos();
    }

    private static boolean isOver(long sinceNanos, long now) {
        return now - sinceNanos >= TURN.toNanos();
    }
}
