package io.pledgemq.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.pledgemq.rpc.v2.TelemetryCommand;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommandStreamTest {
    private static StatusRuntimeException goingDown() {
        return Status.UNAVAILABLE.asRuntimeException();
    }

    /** As gRPC has it: a call that was cancelled throws, whatever is done with it. */
    private static final class Call implements StreamObserver<TelemetryCommand> {
        private final RuntimeException cancelled;
        private final int after;
        private final List<String> seen = new ArrayList<>();

        Call(int after, RuntimeException cancelled) {
            this.after = after;
            this.cancelled = cancelled;
        }

        private void see(String what) {
            if (seen.size() >= after) {
                throw cancelled;
            }
            seen.add(what);
        }

        @Override
        public void onNext(TelemetryCommand command) {
            see("command");
        }

        @Override
        public void onError(Throwable why) {
            see("error");
        }

        @Override
        public void onCompleted() {
            see("completed");
        }
    }

    private static CommandStream stream(Call call) {
        return new CommandStream(call, "client");
    }

    @Test
    void clientThatLeftMakesNoCallFail() {
        for (RuntimeException thrown : List.of(
                Status.CANCELLED.withDescription("call already cancelled").asRuntimeException(),
                new IllegalStateException("call already closed"))) {
            assertThat(stream(new Call(0, thrown)).send(TelemetryCommand.getDefaultInstance()))
                    .isFalse();
            stream(new Call(0, thrown)).complete();
            stream(new Call(0, thrown)).fail(goingDown());

            Call one = new Call(1, thrown);
            CommandStream left = stream(one);
            assertThat(left.send(TelemetryCommand.getDefaultInstance())).isTrue();
            assertThat(left.send(TelemetryCommand.getDefaultInstance())).isFalse();
            left.complete();
            assertThat(one.seen).containsExactly("command");
        }
    }

    @Test
    void nothingGoesOutAfterTheEnd() {
        Call call = new Call(10, new IllegalStateException());
        CommandStream stream = stream(call);
        stream.complete();
        stream.fail(goingDown());
        assertThat(stream.send(TelemetryCommand.getDefaultInstance())).isFalse();
        assertThat(call.seen).containsExactly("completed");
    }
}
