package io.pledgemq.server.config;

/** Whose way the server goes where PledgeMQ and RocketMQ differ on purpose; see docs/compatibility.md. */
public enum Compatibility {
    PLEDGEMQ,
    ROCKETMQ
}
