package io.pledgemq.server.grpc;

import com.google.protobuf.Timestamp;
import java.time.Duration;

/** Converts between the protocol's times and ours. */
final class Times {
    private static final int NANOS_PER_MS = 1_000_000;
    private static final long MOST_SECONDS = Long.MAX_VALUE / 10_000;

    private Times() {}

    /**
     * In whole milliseconds, as RocketMQ reads it, so that what is compared is what a refusal shows. A time beyond all
     * bounds is read as one that is beyond all bounds.
     */
    @SuppressWarnings("ProtoDurationGetSecondsGetNano") // both parts of one duration
    static Duration read(com.google.protobuf.Duration wire) {
        long seconds = Math.max(-MOST_SECONDS, Math.min(MOST_SECONDS, wire.getSeconds()));
        return Duration.ofMillis(seconds * 1000 + Math.floorDiv(wire.getNanos(), NANOS_PER_MS));
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
