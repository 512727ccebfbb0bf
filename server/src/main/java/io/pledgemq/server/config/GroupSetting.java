package io.pledgemq.server.config;

import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.OnExhausted;
import io.pledgemq.engine.command.RetryPolicy;

/** A consumer group that is created at start if it is not there. */
public record GroupSetting(
        @Setting(
                required = true,
                pattern = "[%a-zA-Z0-9_-]{1,120}",
                accepts = "1 to 120 of letters, digits, %, _ and -",
                text = "Name of the consumer group.")
        String name,

        @Setting(value = "off", text = "Keeps the order of each message group.")
        boolean fifo,

        @Setting(
                value = "17",
                min = "1",
                max = "10000",
                text = "Deliveries of a message before it becomes a dead letter.")
        int maxAttempts,

        @Setting(value = "exponential:1000:2.0:600000:20", text = "Pauses between attempts.")
        RetryPolicy retry,

        @Setting(
                value = "park",
                text = "What happens after the last attempt: `park` waits for a person, `compensate` undoes at once.")
        OnExhausted onExhausted,

        @Setting(
                value = "off",
                text = "With `fifo`: an open dead letter holds up its message group until it is settled.")
        boolean deadLetterBlocks) {

    /** The group as the engine creates it. */
    public GroupConfig engine() {
        return new GroupConfig(name, fifo, maxAttempts, retry, onExhausted, deadLetterBlocks);
    }
}
