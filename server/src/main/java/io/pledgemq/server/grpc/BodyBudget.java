package io.pledgemq.server.grpc;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * Bounds the bytes of bodies that were written to clients and not read yet. Without it, a client that polls and does
 * not read would fill the server's memory with the content of its topics. Thread-safe.
 */
final class BodyBudget {
    private final long bytesPerConnection;
    private final long bytes;
    private final Map<InetSocketAddress, Long> takenByConnection = new HashMap<>();
    private long taken;

    /**
     * @param bytesPerConnection most for one connection; a body larger than that is taken alone
     * @param bytes most for all connections together; a body larger than that is taken alone
     */
    BodyBudget(long bytesPerConnection, long bytes) {
        this.bytesPerConnection = bytesPerConnection;
        this.bytes = bytes;
    }

    /** Takes bytes of the budget. Returns false if it is used up; {@link #free} gives them back. */
    synchronized boolean take(InetSocketAddress connection, long bodyBytes) {
        long before = takenByConnection.getOrDefault(connection, 0L);
        boolean fits = before == 0 || before + bodyBytes <= bytesPerConnection;
        boolean fitsWithOthers = taken == 0 || taken + bodyBytes <= bytes;
        if (!fits || !fitsWithOthers) {
            return false;
        }
        takenByConnection.put(connection, before + bodyBytes);
        taken += bodyBytes;
        return true;
    }

    /** Gives bytes back: the connection has taken the bodies, or is gone. */
    synchronized void free(InetSocketAddress connection, long bodyBytes) {
        takenByConnection.computeIfPresent(connection, (c, held) -> held == bodyBytes ? null : held - bodyBytes);
        taken -= bodyBytes;
    }

    /** Returns the bytes in use. */
    synchronized long taken() {
        return taken;
    }
}
