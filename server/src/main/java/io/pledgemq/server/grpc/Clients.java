package io.pledgemq.server.grpc;

import io.pledgemq.engine.Engine;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.server.net.Guarded;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All connected clients. Thread-safe. */
final class Clients implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Clients.class);
    private static final long ROUND_SECONDS = 1;
    private static final int MAX_CLIENT_ID = 256;
    /** Clients send a heartbeat every ten seconds: one without a stream that is silent for longer than this is gone. */
    private static final Duration SILENCE_WITHOUT_STREAM = Duration.ofSeconds(12);

    private final Engine engine;
    private final ServiceLimits limits;
    private final MessageToWire toWire;
    private final Handles handles;
    private final Map<Key, ClientSession> sessions = new ConcurrentHashMap<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "pledgemq-clients");
        thread.setDaemon(true);
        return thread;
    });

    private final Future<?> rounds;

    /** Two users with the same client id are two clients. */
    private record Key(String user, String clientId) {}

    Clients(Engine engine, ServiceLimits limits, MessageToWire toWire, Handles handles) {
        this.engine = engine;
        this.limits = limits;
        this.toWire = toWire;
        this.handles = handles;
        rounds = clock.scheduleWithFixedDelay(this::round, ROUND_SECONDS, ROUND_SECONDS, TimeUnit.SECONDS);
    }

    /** Returns the session of a caller, created if there is none. */
    ClientSession session(Caller caller) {
        if (caller.clientId().isEmpty() || caller.clientId().length() > MAX_CLIENT_ID) {
            throw new ProtocolException(
                    Code.CLIENT_ID_REQUIRED,
                    "client id cannot be empty: the header x-mq-client-id has "
                            + caller.clientId().length() + " characters; 1 to " + MAX_CLIENT_ID + " are needed");
        }
        Key key = new Key(caller.user(), caller.clientId());
        ClientSession known = sessions.get(key);
        if (known == null) {
            if (sessions.size() >= limits.client().count()) {
                throw new ProtocolException(
                        Code.TOO_MANY_REQUESTS,
                        "limits.connections=" + limits.client().count() + " clients are connected; close some first");
            }
            known = sessions.computeIfAbsent(key, k -> new ClientSession(caller, engine, limits, toWire, handles));
        }
        known.heard();
        return known;
    }

    /** Returns the session of a caller, or null without one. */
    @Nullable
    ClientSession known(Caller caller) {
        ClientSession session = sessions.get(new Key(caller.user(), caller.clientId()));
        if (session != null) {
            session.heard();
        }
        return session;
    }

    List<ClientSession> all() {
        return List.copyOf(sessions.values());
    }

    /** Ends the session of a client that terminates. */
    void terminate(Caller caller) {
        ClientSession session = sessions.remove(new Key(caller.user(), caller.clientId()));
        if (session != null) {
            session.end("client " + caller.clientId() + " ended", true);
        }
    }

    /** The edge of a thread: leases must be renewed in the next round whatever happened in this one. */
    private void round() {
        var unused = Guarded.run("a round over the connected clients", this::lookAtAll);
    }

    private void lookAtAll() {
        long now = System.nanoTime();
        sessions.forEach(
                (key, session) -> Guarded.run("the look at client " + key.clientId, () -> lookAt(key, session, now)));
    }

    private void lookAt(Key key, ClientSession session, long now) {
        Duration patience = session.connected() ? limits.client().silence() : SILENCE_WITHOUT_STREAM;
        if (now - session.lastHeardNanos() <= patience.toNanos()) {
            session.leases().renew();
            session.leases().forgetSettledAttempts();
            session.turns().round();
        } else if (sessions.remove(key, session)) {
            LOG.info("client {} is gone: nothing heard for {}", key.clientId, patience);
            session.end("client " + key.clientId + " went away", false);
        }
    }

    @Override
    public void close() {
        rounds.cancel(false);
        clock.shutdownNow();
    }
}
