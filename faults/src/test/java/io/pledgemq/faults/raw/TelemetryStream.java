package io.pledgemq.faults.raw;

import io.grpc.stub.StreamObserver;
import io.pledgemq.rpc.v2.ClientType;
import io.pledgemq.rpc.v2.Publishing;
import io.pledgemq.rpc.v2.Settings;
import io.pledgemq.rpc.v2.Subscription;
import io.pledgemq.rpc.v2.TelemetryCommand;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One telemetry stream of a client, and what came over it. */
public final class TelemetryStream implements StreamObserver<TelemetryCommand>, AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;

    private final BlockingQueue<TelemetryCommand> came = new LinkedBlockingQueue<>();
    private final BlockingQueue<Object> end = new LinkedBlockingQueue<>();
    private final StreamObserver<TelemetryCommand> out;

    public TelemetryStream(Wire wire) {
        out = wire.stream().telemetry(this);
    }

    public static TelemetryCommand producer(String... topics) {
        Publishing.Builder publishing = Publishing.newBuilder();
        for (String topic : topics) {
            publishing.addTopics(Wire.name(topic));
        }
        return command(Settings.newBuilder().setClientType(ClientType.PRODUCER).setPublishing(publishing));
    }

    public static TelemetryCommand consumer(ClientType type, String group) {
        return command(Settings.newBuilder()
                .setClientType(type)
                .setSubscription(Subscription.newBuilder().setGroup(Wire.name(group))));
    }

    static TelemetryCommand command(Settings.Builder settings) {
        return TelemetryCommand.newBuilder().setSettings(settings).build();
    }

    public void say(TelemetryCommand command) {
        out.onNext(command);
    }

    /** Says something and waits for the settings that must answer it. */
    public Settings agree(TelemetryCommand command) throws InterruptedException {
        say(command);
        return await(TelemetryCommand::hasSettings).getSettings();
    }

    public TelemetryCommand await(Predicate<TelemetryCommand> which) throws InterruptedException {
        while (true) {
            TelemetryCommand command = came.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (command == null) {
                throw new AssertionError("nothing came; the stream's end: " + end);
            }
            if (which.test(command)) {
                return command;
            }
        }
    }

    /** The next command within a time, or null. */
    public @Nullable TelemetryCommand next(long seconds) throws InterruptedException {
        return came.poll(seconds, TimeUnit.SECONDS);
    }

    /** The next command within some milliseconds, or null. */
    public @Nullable TelemetryCommand poll(long ms) throws InterruptedException {
        return came.poll(ms, TimeUnit.MILLISECONDS);
    }

    public boolean isOpen() {
        return end.isEmpty();
    }

    /** Why the server ended the stream; fails if it does not. */
    public io.grpc.Status awaitEnd() throws InterruptedException {
        Object why = end.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (why == null) {
            throw new AssertionError("the stream goes on; it said " + came);
        }
        return why instanceof Throwable error ? io.grpc.Status.fromThrowable(error) : io.grpc.Status.OK;
    }

    @Override
    public void onNext(TelemetryCommand command) {
        came.add(command);
    }

    @Override
    public void onError(Throwable error) {
        end.add(error);
    }

    @Override
    public void onCompleted() {
        end.add(io.grpc.Status.OK);
    }

    @Override
    public void close() {
        out.onCompleted();
    }
}
