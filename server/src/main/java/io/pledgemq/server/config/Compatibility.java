package io.pledgemq.server.config;

/** Whose behaviour the server has where PledgeMQ and RocketMQ differ on purpose; see docs/compatibility.md. */
public enum Compatibility {
    PLEDGEMQ,
    ROCKETMQ
}
