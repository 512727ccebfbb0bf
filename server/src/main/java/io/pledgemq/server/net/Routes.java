package io.pledgemq.server.net;

import com.linecorp.armeria.server.ServerBuilder;

/** Adds routes to a listener that is being built. May be called more than once. */
@FunctionalInterface
public interface Routes {
    void addTo(ServerBuilder listener);
}
