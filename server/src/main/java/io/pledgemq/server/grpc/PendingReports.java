package io.pledgemq.server.grpc;

import io.pledgemq.rpc.v2.TelemetryCommand;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Reports that clients were asked for and have not sent yet, by nonce. Thread-safe. */
final class PendingReports {
    private static final long PATIENCE_SECONDS = 10;
    private static final int MAX_OPEN = 64;

    private final Map<String, CompletableFuture<TelemetryCommand>> open = new ConcurrentHashMap<>();

    /** Waits for a report; the future fails when none came in time. */
    CompletableFuture<TelemetryCommand> expect(java.util.function.Predicate<String> send) {
        CompletableFuture<TelemetryCommand> report = new CompletableFuture<>();
        if (open.size() >= MAX_OPEN) {
            report.completeExceptionally(
                    new IllegalStateException(MAX_OPEN + " reports of this client are open; wait for them"));
            return report;
        }
        String nonce = UUID.randomUUID().toString();
        open.put(nonce, report);
        CompletableFuture<TelemetryCommand> timed =
                report.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).whenComplete((done, failed) -> open.remove(nonce));
        if (!send.test(nonce)) {
            report.completeExceptionally(new IllegalStateException("the client is not connected"));
        }
        return timed;
    }

    void arrived(String nonce, TelemetryCommand report) {
        CompletableFuture<TelemetryCommand> waiting = open.get(nonce);
        if (waiting != null) {
            waiting.complete(report);
        }
    }

    void end(String why) {
        open.values().forEach(waiting -> waiting.completeExceptionally(new IllegalStateException(why)));
    }
}
