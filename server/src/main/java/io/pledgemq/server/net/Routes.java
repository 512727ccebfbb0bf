package io.pledgemq.server.net;

import com.linecorp.armeria.server.ServerBuilder;

/** Something that is served: adds its routes to a listener that is being built. May be asked more than once. */
@FunctionalInterface
public interface Routes {
    void addTo(ServerBuilder listener);
}
