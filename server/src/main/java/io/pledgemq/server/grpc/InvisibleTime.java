package io.pledgemq.server.grpc;

import io.pledgemq.rpc.v2.Code;
import java.time.Duration;

/** The refusal of an invisible duration, in the unit in which it is compared. */
final class InvisibleTime {
    private InvisibleTime() {}

    static ProtocolException illegal(Duration asked, Duration shortest, Duration longest) {
        boolean small = asked.compareTo(shortest) < 0;
        return new ProtocolException(
                Code.ILLEGAL_INVISIBLE_TIME,
                small
                        ? "the invisibleTime is too small. min is " + shortest.toMillis() + " ms, it is "
                                + asked.toMillis() + " ms; ask for more"
                        : "the invisibleTime is too large. max is " + longest.toMillis()
                                + " ms (delivery.invisible-max), it is " + asked.toMillis() + " ms; ask for less");
    }
}
