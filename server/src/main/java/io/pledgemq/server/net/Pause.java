package io.pledgemq.server.net;

import com.linecorp.armeria.server.ServiceRequestContext;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Delays an answer without blocking a thread. */
public final class Pause {
    private Pause() {}

    /** Completes with the answer after the pause, on the event loop of the request. */
    public static <T> CompletableFuture<T> before(ServiceRequestContext context, Duration pause, T answer) {
        CompletableFuture<T> later = new CompletableFuture<>();
        var unused =
                context.eventLoop().schedule(() -> later.complete(answer), pause.toMillis(), TimeUnit.MILLISECONDS);
        return later;
    }
}
