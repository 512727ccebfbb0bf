package io.pledgemq.server;

import io.pledgemq.server.alert.AlertListener;
import io.pledgemq.server.http.AdminParts;
import io.pledgemq.server.net.Routes;
import java.util.List;

/**
 * What a module above the server adds to it, such as the operations desk. Everything is optional. The server calls
 * {@link #routes} once, when the engine is open and before clients are served, and {@link #alerts} before that.
 */
public interface Extension {

    /**
     * Returns routes to serve at the address of the administration, beside the server's own. They authenticate and
     * authorise their callers themselves, by {@code parts.access()}.
     *
     * @param parts what they may work on; valid until the server closes
     */
    default List<Routes> routes(AdminParts parts) {
        return List.of();
    }

    /** Returns a listener for all alerts, of the engine and of the server. */
    default AlertListener alerts() {
        return alert -> {};
    }
}
