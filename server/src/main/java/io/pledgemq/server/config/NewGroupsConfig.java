package io.pledgemq.server.config;

import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.OnExhausted;
import io.pledgemq.engine.command.RetryPolicy;

/** Consumer groups that are created by their first use. */
public record NewGroupsConfig(
        @Setting(value = "on", text = "Creates a consumer group on its first use; otherwise that use is refused.")
        boolean create,

        @Setting(
                value = "17",
                min = "1",
                max = "10000",
                text = "Deliveries of a message before it becomes a dead letter.")
        int maxAttempts,

        @Setting(value = "exponential:1000:2.0:600000:20", text = "Pauses between attempts.")
        RetryPolicy retry,

        @Setting(
                value = "latest",
                text = "Where a new group begins in a topic: `latest` sees what comes from now on,"
                        + " `earliest` everything still kept.")
        StartFrom startFrom) {

    /** Where a group begins in a topic that it has not read before. */
    public enum StartFrom {
        LATEST,
        EARLIEST
    }

    /** The group of the given name as the engine creates it; dead letters wait for a person. */
    public GroupConfig named(String group, boolean fifo) {
        return new GroupConfig(group, fifo, maxAttempts, retry, OnExhausted.PARK, false);
    }
}
