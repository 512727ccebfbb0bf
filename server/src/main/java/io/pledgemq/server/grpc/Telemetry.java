package io.pledgemq.server.grpc;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.rpc.v2.ClientType;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.ExponentialBackoff;
import io.pledgemq.rpc.v2.Metric;
import io.pledgemq.rpc.v2.Publishing;
import io.pledgemq.rpc.v2.Resource;
import io.pledgemq.rpc.v2.RetryPolicy;
import io.pledgemq.rpc.v2.Settings;
import io.pledgemq.rpc.v2.Status;
import io.pledgemq.rpc.v2.Subscription;
import io.pledgemq.rpc.v2.SubscriptionEntry;
import io.pledgemq.rpc.v2.TelemetryCommand;
import io.pledgemq.server.catalog.Catalog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's long-lived stream: client and server agree on settings, commands go out, reports come in. A client may
 * open it before it asks for any route, and send its settings at any time; each gets settings in return.
 */
final class Telemetry {
    private static final Logger LOG = LoggerFactory.getLogger(Telemetry.class);
    private static final int SEND_ATTEMPTS = 3;
    private static final int MAX_TOPICS = 1_000;
    private static final ExponentialBackoff SEND_BACKOFF = ExponentialBackoff.newBuilder()
            .setInitial(duration(10))
            .setMax(duration(1_000))
            .setMultiplier(2)
            .build();

    /** Ignores what a refused client sends. */
    static final StreamObserver<TelemetryCommand> DEAF = new StreamObserver<>() {
        @Override
        public void onNext(TelemetryCommand ignored) {}

        @Override
        public void onError(Throwable ignored) {}

        @Override
        public void onCompleted() {}
    };

    private final Catalog catalog;
    private final Clients clients;
    private final Authorizer authorizer;
    private final ServiceLimits limits;
    private final Draining draining;
    private final ReceiverFilters filters;

    Telemetry(Endpoints endpoints) {
        this.catalog = endpoints.catalog();
        this.clients = endpoints.clients();
        this.authorizer = endpoints.authorizer();
        this.limits = endpoints.limits();
        this.draining = endpoints.draining();
        this.filters = endpoints.filters();
    }

    StreamObserver<TelemetryCommand> open(Caller caller, StreamObserver<TelemetryCommand> out) {
        draining.requireOpen();
        return new Stream(caller, out);
    }

    /** One stream. gRPC calls its methods one after another; answers may be sent by other threads, one at a time. */
    private final class Stream implements StreamObserver<TelemetryCommand> {
        private final Caller caller;
        private final CommandStream out;
        private @Nullable ClientSession session;

        Stream(Caller caller, StreamObserver<TelemetryCommand> out) {
            this.caller = caller;
            this.out = new CommandStream(out, caller.clientId());
            draining.opened(this.out);
        }

        @Override
        public void onNext(TelemetryCommand command) {
            try {
                ClientSession known = session == null ? clients.session(caller) : session;
                session = known;
                known.heard();
                switch (command.getCommandCase()) {
                    case SETTINGS -> agree(known, command.getSettings());
                    case THREAD_STACK_TRACE ->
                        known.reports().arrived(command.getThreadStackTrace().getNonce(), command);
                    case VERIFY_MESSAGE_RESULT ->
                        known.reports().arrived(command.getVerifyMessageResult().getNonce(), command);
                    default -> LOG.debug("client {} sent {}, ignored", caller.clientId(), command.getCommandCase());
                }
            } catch (ProtocolException e) {
                refuse(e);
            }
        }

        private void agree(ClientSession known, Settings settings) {
            var unused = answer(known, settings).whenComplete((answer, failed) -> {
                if (failed != null) {
                    Status status = CallFailures.status(failed);
                    refuse(new ProtocolException(status.getCode(), status.getMessage()));
                    return;
                }
                known.connect(out, settings);
                known.send(TelemetryCommand.newBuilder()
                        .setStatus(Statuses.OK)
                        .setSettings(answer)
                        .build());
            });
        }

        private void refuse(ProtocolException refused) {
            // A status without settings makes some clients wait for ever; all of them react to the end of the stream.
            out.fail(error(refused));
            end();
        }

        private void end() {
            draining.over(out);
            ClientSession known = session;
            if (known != null) {
                known.disconnect(out);
            }
        }

        @Override
        public void onError(Throwable broken) {
            end();
        }

        @Override
        public void onCompleted() {
            end();
            out.complete();
        }
    }

    static StatusRuntimeException error(ProtocolException refused) {
        io.grpc.Status status =
                switch (refused.code()) {
                    case UNAUTHORIZED -> io.grpc.Status.UNAUTHENTICATED;
                    case FORBIDDEN -> io.grpc.Status.PERMISSION_DENIED;
                    case TOO_MANY_REQUESTS -> io.grpc.Status.RESOURCE_EXHAUSTED;
                    case INTERNAL_ERROR -> io.grpc.Status.INTERNAL;
                    case INTERNAL_SERVER_ERROR -> io.grpc.Status.UNAVAILABLE;
                    default -> io.grpc.Status.INVALID_ARGUMENT;
                };
        return status.withDescription(refused.code().getNumber() + " " + refused.getMessage())
                .asRuntimeException();
    }

    /** Returns the client's settings, overridden by the server's. */
    private CompletableFuture<Settings> answer(ClientSession session, Settings settings) {
        return switch (settings.getPubSubCase()) {
            case PUBLISHING -> CompletableFuture.completedFuture(publishing(session, settings));
            case SUBSCRIPTION -> subscription(session.caller(), settings);
            case PUBSUB_NOT_SET ->
                throw new ProtocolException(
                        Code.BAD_REQUEST,
                        "there is no publishing or subscription data in settings; say what the client publishes or"
                                + " consumes");
        };
    }

    private Settings publishing(ClientSession session, Settings settings) {
        Publishing asked = settings.getPublishing();
        checkCount(asked.getTopicsCount());
        for (Resource topic : asked.getTopicsList()) {
            String name = Names.topic(topic, session.caller());
            authorizer.publish(session.caller(), name);
            TransactionServices.sendsTo(session, name);
        }
        return settings.toBuilder()
                .setPublishing(asked.toBuilder()
                        .setMaxBodySize(limits.message().bodyBytes())
                        .setValidateMessageType(true))
                .setBackoffPolicy(
                        RetryPolicy.newBuilder().setMaxAttempts(SEND_ATTEMPTS).setExponentialBackoff(SEND_BACKOFF))
                .setMetric(Metric.newBuilder().setOn(false))
                .build();
    }

    private CompletableFuture<Settings> subscription(Caller caller, Settings settings) {
        if (settings.getClientType() != ClientType.PUSH_CONSUMER
                && settings.getClientType() != ClientType.SIMPLE_CONSUMER) {
            throw new ProtocolException(
                    Code.UNRECOGNIZED_CLIENT_TYPE,
                    "clients of type " + settings.getClientType()
                            + " are not served; use a push consumer or a simple consumer");
        }
        Subscription asked = settings.getSubscription();
        checkCount(asked.getSubscriptionsCount());
        String group = Names.group(asked.getGroup(), caller);
        List<CompletableFuture<Outcome>> ready = new ArrayList<>();
        for (SubscriptionEntry entry : asked.getSubscriptionsList()) {
            String topic = Names.topic(entry.getTopic(), caller);
            authorizer.consume(caller, group, topic);
            if (settings.getClientType() == ClientType.PUSH_CONSUMER) {
                // The client would poll again and again, and its user would never learn of the refusals.
                filters.of(entry.getExpression());
            }
            if (catalog.topic(topic) != null) {
                ready.add(catalog.ensureSubscribed(group, topic));
            }
        }
        return CompletableFuture.allOf(ready.toArray(CompletableFuture[]::new)).thenApply(all -> {
            ready.stream()
                    .map(CompletableFuture::join)
                    .filter(Outcome.Refused.class::isInstance)
                    .map(Outcome.Refused.class::cast)
                    .findFirst()
                    .ifPresent(refused -> {
                        throw Statuses.refusal(refused);
                    });
            return consuming(settings, catalog.group(group));
        });
    }

    private static void checkCount(int topics) {
        if (topics > MAX_TOPICS) {
            throw new ProtocolException(
                    Code.BAD_REQUEST, "a client has at most " + MAX_TOPICS + " topics, this one has " + topics);
        }
    }

    private Settings consuming(Settings settings, @Nullable GroupConfig group) {
        GroupConfig known = group == null ? catalog.newGroup("new", false) : group;
        return settings.toBuilder()
                .setSubscription(settings.getSubscription().toBuilder()
                        .setFifo(known.fifo())
                        .setReceiveBatchSize(limits.poll().batch())
                        .setLongPollingTimeout(duration(limits.poll().usual().toMillis())))
                .setBackoffPolicy(RetryPolicy.newBuilder()
                        .setMaxAttempts(known.maxAttempts())
                        .setExponentialBackoff(backoff(known.retry())))
                .setMetric(Metric.newBuilder().setOn(false))
                .build();
    }

    /**
     * A policy that every client can read: exponential, in whole seconds. It decides the pauses of ordered push
     * consumers only, which try again by themselves; all others wait as the engine says.
     */
    private static ExponentialBackoff backoff(io.pledgemq.engine.command.RetryPolicy policy) {
        long first = wholeSeconds(policy.baseDelayMs(1));
        long second = wholeSeconds(policy.baseDelayMs(2));
        long last = wholeSeconds(policy.baseDelayMs(1_000));
        return ExponentialBackoff.newBuilder()
                .setInitial(duration(first))
                .setMax(duration(Math.max(first, last)))
                .setMultiplier(Math.max(1, (float) second / first))
                .build();
    }

    private static long wholeSeconds(long ms) {
        return Math.max(1, (ms + 999) / 1000) * 1000;
    }

    private static com.google.protobuf.Duration duration(long ms) {
        return Times.write(Duration.ofMillis(ms));
    }
}
