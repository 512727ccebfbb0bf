package io.pledgemq.server.grpc;

import io.pledgemq.engine.command.Outcome;
import io.pledgemq.rpc.v2.Code;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Once the server goes down: what waits is answered, and nothing is begun that would have to be waited for. */
final class Draining {
    private final Set<CompletableFuture<Outcome>> waiting = ConcurrentHashMap.newKeySet();
    private volatile boolean begun;

    /** Refuses new work while the server goes down. */
    void requireOpen() {
        if (begun) {
            throw new ProtocolException(
                    Code.INTERNAL_SERVER_ERROR, "the server is going down; try again when it is up, or elsewhere");
        }
    }

    /** Remembers a poll until it is answered. */
    void polls(CompletableFuture<Outcome> poll) {
        waiting.add(poll);
        var unused = poll.whenComplete((outcome, failed) -> waiting.remove(poll));
        if (begun) {
            empty(poll);
        }
    }

    void begin() {
        begun = true;
        waiting.forEach(Draining::empty);
    }

    /** The engine gives no lease to a poll that has its answer. */
    private static void empty(CompletableFuture<Outcome> poll) {
        poll.complete(new Outcome.Received(List.of()));
    }
}
