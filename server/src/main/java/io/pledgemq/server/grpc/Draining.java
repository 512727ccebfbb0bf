package io.pledgemq.server.grpc;

import io.pledgemq.engine.command.Outcome;
import io.pledgemq.rpc.v2.Code;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The state of a server that stops: waiting polls are answered, and nothing is begun that the stop would have to wait
 * for.
 */
final class Draining {
    private final Map<Long, CompletableFuture<Outcome>> waiting = new ConcurrentHashMap<>();
    private final Set<CommandStream> streams = ConcurrentHashMap.newKeySet();
    private final AtomicLong polls = new AtomicLong();
    private volatile boolean begun;

    /** Refuses new work while the server stops. */
    void requireOpen() {
        if (begun) {
            throw new ProtocolException(
                    Code.INTERNAL_SERVER_ERROR, "the server is going down; try again when it is up, or elsewhere");
        }
    }

    /** Remembers a poll until it is answered. */
    void polls(CompletableFuture<Outcome> poll) {
        long number = polls.incrementAndGet();
        waiting.put(number, poll);
        var unused = poll.whenComplete((outcome, failed) -> waiting.remove(number));
        if (begun) {
            empty(poll);
        }
    }

    /** Remembers a stream until it is {@link #over}. */
    void opened(CommandStream stream) {
        streams.add(stream);
        if (begun) {
            stream.complete();
        }
    }

    void over(CommandStream stream) {
        streams.remove(stream);
    }

    /** Ends the streams that are still open: those of clients without settings, and those that another one replaced. */
    void endStreams() {
        streams.forEach(CommandStream::complete);
    }

    void begin() {
        begun = true;
        waiting.values().forEach(Draining::empty);
    }

    /** Answers a poll; the engine then gives it no lease. */
    private static void empty(CompletableFuture<Outcome> poll) {
        poll.complete(new Outcome.Received(List.of()));
    }
}
