package io.pledgemq.server.config;

import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;

/** A topic that is created at start if it is not there. */
public record TopicSetting(
        @Setting(
                required = true,
                pattern = "(?!%(DLQ|RETRY)%)[%a-zA-Z0-9_-]{1,127}",
                accepts = "1 to 127 of letters, digits, %, _ and -, not beginning with %DLQ% or %RETRY%",
                text = "Name of the topic.")
        String name,

        @Setting(
                value = "normal",
                text = "What may be sent to it: `normal`, `fifo`, `delay` or `transaction`; never changes.")
        TopicType type,

        @Setting(value = "8", min = "1", max = "64", text = "Queues that clients see; order is kept per message group.")
        int queues) {

    /** The topic as the engine creates it. */
    public TopicConfig engine() {
        return new TopicConfig(name, type, queues);
    }
}
