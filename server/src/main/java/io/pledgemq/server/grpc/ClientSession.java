package io.pledgemq.server.grpc;

import io.grpc.Status;
import io.pledgemq.engine.Engine;
import io.pledgemq.engine.command.CheckRequest;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.Silence;
import io.pledgemq.rpc.v2.ClientType;
import io.pledgemq.rpc.v2.ReconnectEndpointsCommand;
import io.pledgemq.rpc.v2.RecoverOrphanedTransactionCommand;
import io.pledgemq.rpc.v2.Settings;
import io.pledgemq.rpc.v2.TelemetryCommand;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A connected client: its settings, its telemetry stream, its open questions, and the leases that end with it.
 * Thread-safe.
 */
final class ClientSession {
    /** Most services that one client answers for; further ones are not asked through it. */
    private static final int MAX_SERVICES = 1_000;
    /** Most open questions; for older ones an answer "unknown" has no effect, a decision still does. */
    private static final int MAX_QUESTIONS = 1_024;

    private final Caller caller;
    private final Engine engine;
    private final int checksPerClient;
    private final MessageToWire toWire;
    private final Handles handles;
    private final PushLeases leases;
    private final ReceiveTurns turns = new ReceiveTurns(System::nanoTime);
    private final PendingReports reports = new PendingReports();

    private final Map<String, Runnable> answersFor = new HashMap<>();
    private final Map<String, CheckRequest> questions = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, CheckRequest> eldest) {
            return size() > MAX_QUESTIONS;
        }
    };

    private volatile long lastHeardNanos = System.nanoTime();
    private volatile @Nullable Settings settings;
    private @Nullable CommandStream stream;
    private boolean ended;

    ClientSession(Caller caller, Engine engine, ServiceLimits limits, MessageToWire toWire, Handles handles) {
        this.caller = caller;
        this.engine = engine;
        this.checksPerClient = limits.client().checks();
        this.toWire = toWire;
        this.handles = handles;
        this.leases = new PushLeases(engine, caller.clientId(), limits);
    }

    Caller caller() {
        return caller;
    }

    PushLeases leases() {
        return leases;
    }

    ReceiveTurns turns() {
        return turns;
    }

    /** Returns how it keeps its receives open, as far as the server can tell. */
    ReceiveLoop loop() {
        return ReceiveLoop.of(settings, caller.language());
    }

    PendingReports reports() {
        return reports;
    }

    /** Returns the client's latest settings, or null if it has sent none. */
    @Nullable
    Settings settings() {
        return settings;
    }

    ClientType type() {
        Settings known = settings;
        return known == null ? ClientType.CLIENT_TYPE_UNSPECIFIED : known.getClientType();
    }

    void heard() {
        lastHeardNanos = System.nanoTime();
    }

    long lastHeardNanos() {
        return lastHeardNanos;
    }

    synchronized boolean connected() {
        return stream != null;
    }

    /** Takes over a telemetry stream of the client. It replaces an older one, as after a broken connection. */
    synchronized void connect(CommandStream newStream, Settings newSettings) {
        settings = newSettings;
        if (ended || stream == newStream) {
            return;
        }
        boolean first = stream == null;
        stream = newStream;
        if (first) {
            answersFor.replaceAll((service, nothing) -> connectSender(service));
        }
    }

    /** Notes the end of a telemetry stream; ignored if the client has opened another one since. */
    synchronized void disconnect(CommandStream oldStream) {
        if (stream == oldStream) {
            stream = null;
            lastHeardNanos = System.nanoTime();
            answersFor.values().forEach(Runnable::run);
            answersFor.replaceAll((service, disconnect) -> () -> {});
        }
    }

    /** Lets the engine ask the client about transactions of this service. */
    synchronized void answersFor(String service) {
        if (!ended && !answersFor.containsKey(service) && answersFor.size() < MAX_SERVICES) {
            answersFor.put(service, stream == null ? () -> {} : connectSender(service));
        }
    }

    private Runnable connectSender(String service) {
        return engine.connectSender(new Sender(service, caller.clientId()), this::ask, checksPerClient);
    }

    private synchronized void ask(List<CheckRequest> requests) {
        for (CheckRequest request : requests) {
            String topic = request.message().topic();
            if (!handles.mayDecide(topic, caller)) {
                // Its grant is gone, or never covered this topic of its database: another client is asked.
                var unused = engine.answerSilent(
                        request.slot(), request.transactionId(), caller.clientId(), Silence.NOT_MINE);
                continue;
            }
            String transactionId = handles.transaction(request.transactionId(), topic, caller.user());
            questions.put(transactionId, request);
            send(TelemetryCommand.newBuilder()
                    .setRecoverOrphanedTransactionCommand(RecoverOrphanedTransactionCommand.newBuilder()
                            .setMessage(toWire.asked(request.message()))
                            .setTransactionId(transactionId))
                    .build());
        }
    }

    /** Removes and returns the open question about this transaction, which the client answers now; null without one. */
    synchronized @Nullable CheckRequest answered(String transactionId) {
        return questions.remove(transactionId);
    }

    /** Sends a command. Returns false if the client has no open stream. */
    synchronized boolean send(TelemetryCommand command) {
        CommandStream to = stream;
        return to != null && to.send(command);
    }

    /** Asks the client to reconnect elsewhere, and asks it nothing more: the server stops. */
    synchronized void goodbye() {
        CommandStream to = stream;
        if (to != null) {
            to.send(TelemetryCommand.newBuilder()
                    .setReconnectEndpointsCommand(ReconnectEndpointsCommand.getDefaultInstance())
                    .build());
            disconnect(to);
            to.complete();
        }
    }

    /**
     * The client is gone for good: it is asked nothing any more, and its leases end. If it was only silent, the end of
     * its stream makes it start again.
     */
    void end(String why, boolean orderly) {
        synchronized (this) {
            ended = true;
            if (stream != null && !orderly) {
                stream.fail(Status.UNAVAILABLE.withDescription(why).asRuntimeException());
            }
            stream = null;
            answersFor.values().forEach(Runnable::run);
            answersFor.clear();
            questions.clear();
        }
        leases.end(why, orderly);
        reports.end(why);
    }
}
