package io.pledgemq.server.metrics;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Measures calls by RPC and by the protocol's code of their answer; a call without an answer has gRPC's code, in lower
 * case. Telemetry streams, which last as long as their clients, are counted but not timed. The names come from our
 * definition of the protocol, so a caller cannot invent rows.
 */
final class RpcMetrics implements ServerInterceptor {
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30)
    };

    private final MeterRegistry registry;
    private final Map<Key, Timer> timers = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> active = new ConcurrentHashMap<>();

    private record Key(String rpc, String code) {}

    RpcMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        MethodDescriptor<Q, R> method = call.getMethodDescriptor();
        Measured<Q, R> measured = new Measured<>(call, String.valueOf(method.getBareMethodName()));
        return new SimpleForwardingServerCallListener<>(next.startCall(measured, headers)) {
            @Override
            public void onCancel() {
                measured.over(Status.CANCELLED);
                super.onCancel();
            }
        };
    }

    /** A call under way. */
    private final class Measured<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private final String rpc;
        private final long beganNanos = System.nanoTime();
        private final AtomicBoolean over = new AtomicBoolean();
        private volatile @Nullable String code;

        Measured(ServerCall<Q, R> call, String rpc) {
            super(call);
            this.rpc = rpc;
            active(rpc).incrementAndGet();
        }

        @Override
        public void sendMessage(R message) {
            if (code == null && message instanceof Message answer) {
                code = codeIn(answer);
            }
            super.sendMessage(message);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            over(status);
            super.close(status, trailers);
        }

        void over(Status status) {
            if (!over.compareAndSet(false, true)) {
                return;
            }
            active(rpc).decrementAndGet();
            if (getMethodDescriptor().getType() != MethodDescriptor.MethodType.BIDI_STREAMING) {
                String known = code;
                String label = known != null && status.isOk()
                        ? known
                        : status.getCode().name().toLowerCase(Locale.ROOT);
                timers.computeIfAbsent(new Key(rpc, label), RpcMetrics.this::timer)
                        .record(Duration.ofNanos(System.nanoTime() - beganNanos));
            }
        }
    }

    private AtomicInteger active(String rpc) {
        return active.computeIfAbsent(rpc, name -> {
            AtomicInteger calls = new AtomicInteger();
            Gauge.builder("pledgemq.rpc.active", calls, AtomicInteger::get)
                    .description("Calls under way: of ReceiveMessage those of waiting receivers.")
                    .tag("rpc", name)
                    .register(registry);
            return calls;
        });
    }

    private Timer timer(Key key) {
        return Timer.builder("pledgemq.rpc")
                .description("Time from a call to the end of its answer, waiting for messages included.")
                .tag("rpc", key.rpc)
                .tag("code", key.code)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    /** All answers of the protocol carry their code in a field {@code status.code}. */
    private static @Nullable String codeIn(Message answer) {
        FieldDescriptor status = answer.getDescriptorForType().findFieldByName("status");
        if (status == null || status.getJavaType() != FieldDescriptor.JavaType.MESSAGE || !answer.hasField(status)) {
            return null;
        }
        FieldDescriptor code = status.getMessageType().findFieldByName("code");
        return code == null
                ? null
                : ((EnumValueDescriptor) ((Message) answer.getField(status)).getField(code)).getName();
    }
}
