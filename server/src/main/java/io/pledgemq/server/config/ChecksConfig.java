package io.pledgemq.server.config;

import io.pledgemq.engine.command.CheckPolicy;
import java.time.Duration;

/** When senders of undecided messages are asked for their decision. */
public record ChecksConfig(
        @Setting(
                value = "6s",
                min = "1s",
                max = "1d",
                text = "How long a sender has to decide before the first check, if the message does not say.")
        Duration first,

        @Setting(
                value = "10s",
                min = "1s",
                max = "1d",
                text = "Pause after the first check; it doubles with each further one.")
        Duration interval,

        @Setting(value = "5m", min = "1s", max = "1d", text = "Longest pause between checks.")
        Duration cap,

        @Setting(
                value = "15",
                min = "1",
                max = "10000",
                text = "Checks that were really asked before an undecided message is parked.")
        int maximum,

        @Setting(
                value = "5s",
                min = "100ms",
                max = "10m",
                text =
                        "How long a client has to answer before another one is asked; starts again with each answer to an"
                                + " earlier question.")
        Duration answerTimeout,

        @Setting(value = "64", min = "1", max = "100000", text = "Most questions that wait for one client's answers.")
        int inFlightPerClient) {

    /** The policy as the engine has it; {@link #first} is given with each message instead. */
    public CheckPolicy engine() {
        return new CheckPolicy(interval.toMillis(), cap.toMillis(), maximum, answerTimeout.toMillis());
    }
}
