package io.pledgemq.server.grpc;

import com.google.protobuf.Timestamp;
import java.time.Duration;

/** The protocol's times and ours. */
final class Times {
    private static final int NANOS_PER_MS = 1_000_000;

    private Times() {}

    @SuppressWarnings("ProtoDurationGetSecondsGetNano") // both parts of one duration
    static Duration read(com.google.protobuf.Duration wire) {
        return Duration.ofSeconds(wire.getSeconds()).plusNanos(wire.getNanos());
    }

    @SuppressWarnings("ProtoTimestampGetSecondsGetNano") // both parts of one time
    static long readMs(Timestamp wire) {
        return wire.getSeconds() * 1000 + wire.getNanos() / NANOS_PER_MS;
    }

    static com.google.protobuf.Duration write(Duration duration) {
        return com.google.protobuf.Duration.newBuilder()
                .setSeconds(duration.getSeconds())
                .setNanos(duration.getNano())
                .build();
    }

    static Timestamp write(long wallMs) {
        return Timestamp.newBuilder()
                .setSeconds(Math.floorDiv(wallMs, 1000L))
                .setNanos((int) Math.floorMod(wallMs, 1000L) * NANOS_PER_MS)
                .build();
    }
}
