package io.pledgemq.faults.broker;

/**
 * A server that speaks the RocketMQ 5 protocol, as a process of its own. Each test takes topics and groups that nobody
 * else uses. Thread-safe.
 */
public interface Broker extends AutoCloseable {
    /** Host and port, as a user gives them to a client. */
    String endpoint();

    /** A topic that no test has used. */
    String topic(Kind kind);

    /** A consumer group that no test has used. */
    String group(GroupKind kind);

    /** Ends the process as {@code kill -9} does. */
    void kill();

    /** Starts the process again, on the same address and data. Returns when it answers. */
    void restart();

    /** What the process printed so far. */
    String log();

    @Override
    void close();
}
