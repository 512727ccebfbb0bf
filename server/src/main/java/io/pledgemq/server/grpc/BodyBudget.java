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

    /** True if there was room; then {@link #free} gives it back. */
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

    /** The bodies were taken by the connection, or it is gone. */
    synchronized void free(InetSocketAddress connection, long bodyBytes) {
        takenByConnection.computeIfPresent(connection, (c, held) -> held == bodyBytes ? null : held - bodyBytes);
        taken -= bodyBytes;
    }

    /** Bytes that are on their way. */
    synchronized long taken() {
        return taken;
    }
}
