package io.pledgemq.server.health;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gRPC health service, for the whole server (empty name) and for the messaging service. Watchers get every change,
 * and the last one says that nothing is served any more; then their calls end.
 */
final class GrpcHealth extends HealthGrpc.HealthImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(GrpcHealth.class);
    /** Callers without credential cannot occupy more memory than this. */
    static final int WATCHERS = 100;

    private static final Set<String> SERVICES = Set.of("", "apache.rocketmq.v2.MessagingService");

    private final Health health;
    private final Set<ServerCallStreamObserver<HealthCheckResponse>> watchers = new HashSet<>();

    GrpcHealth(Health health) {
        this.health = health;
        health.lifecycle().onChange(this::changed);
    }

    @Override
    public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> out) {
        if (!SERVICES.contains(request.getService())) {
            out.onError(Status.NOT_FOUND
                    .withDescription("no such service; ask for the empty name")
                    .asRuntimeException());
            return;
        }
        out.onNext(answer());
        out.onCompleted();
    }

    @Override
    public void watch(HealthCheckRequest request, StreamObserver<HealthCheckResponse> out) {
        var watcher = (ServerCallStreamObserver<HealthCheckResponse>) out;
        if (!SERVICES.contains(request.getService())) {
            // The protocol wants no error here: a service may come later. Ours do not, so the call ends.
            watcher.onNext(response(ServingStatus.SERVICE_UNKNOWN));
            watcher.onCompleted();
            return;
        }
        watcher.setOnCancelHandler(() -> forget(watcher));
        begin(watcher);
    }

    private synchronized void begin(ServerCallStreamObserver<HealthCheckResponse> watcher) {
        if (watchers.size() >= WATCHERS) {
            watcher.onError(Status.RESOURCE_EXHAUSTED
                    .withDescription(WATCHERS + " calls watch already; check instead")
                    .asRuntimeException());
            return;
        }
        watcher.onNext(answer());
        if (over(health.lifecycle().now().phase())) {
            watcher.onCompleted();
        } else {
            watchers.add(watcher);
        }
    }

    private synchronized void forget(ServerCallStreamObserver<HealthCheckResponse> watcher) {
        watchers.remove(watcher);
    }

    private synchronized void changed(Lifecycle.Phase phase) {
        for (ServerCallStreamObserver<HealthCheckResponse> watcher : watchers) {
            tell(watcher, phase);
        }
        if (over(phase)) {
            watchers.clear();
        }
    }

    private void tell(ServerCallStreamObserver<HealthCheckResponse> watcher, Lifecycle.Phase phase) {
        try {
            watcher.onNext(answer());
            if (over(phase)) {
                watcher.onCompleted();
            }
        } catch (IllegalStateException | StatusRuntimeException e) {
            LOG.debug("a watcher left during a notification", e);
        }
    }

    private static boolean over(Lifecycle.Phase phase) {
        return phase == Lifecycle.Phase.DRAINING || phase == Lifecycle.Phase.STOPPED;
    }

    private HealthCheckResponse answer() {
        return response(health.ready() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
    }

    private static HealthCheckResponse response(ServingStatus status) {
        return HealthCheckResponse.newBuilder().setStatus(status).build();
    }
}
