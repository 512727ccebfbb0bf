package io.pledgemq.server.grpc;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.pledgemq.rpc.v2.TelemetryCommand;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream of commands to one client. A client may leave at any moment, also during a call here: then nothing is sent
 * and nothing is thrown, since a loop over many clients must not fail at one. Thread-safe.
 */
final class CommandStream {
    private static final Logger LOG = LoggerFactory.getLogger(CommandStream.class);

    private final StreamObserver<TelemetryCommand> out;
    private final String clientId;
    private boolean over;

    CommandStream(StreamObserver<TelemetryCommand> out, String clientId) {
        this.out = out;
        this.clientId = clientId;
    }

    /** Sends a command. Returns false if the stream is over. */
    synchronized boolean send(TelemetryCommand command) {
        return !over && open(() -> out.onNext(command));
    }

    /** Ends the stream in order. */
    synchronized void complete() {
        if (!over) {
            var unused = open(out::onCompleted);
            over = true;
        }
    }

    /** Ends the stream with a reason. */
    synchronized void fail(StatusRuntimeException why) {
        if (!over) {
            var unused = open(() -> out.onError(why));
            over = true;
        }
    }

    private boolean open(Runnable step) {
        try {
            step.run();
            return true;
        } catch (IllegalStateException | StatusRuntimeException e) {
            // gRPC throws these for a call that is cancelled or over.
            LOG.debug("client {} left its telemetry stream", clientId, e);
            over = true;
            return false;
        }
    }
}
