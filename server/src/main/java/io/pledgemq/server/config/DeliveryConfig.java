package io.pledgemq.server.config;

import java.time.Duration;

/** How messages are delivered to receivers. */
public record DeliveryConfig(
        @Setting(
                value = "20s",
                min = "1s",
                max = "10m",
                text = "How long a receiver waits for messages if it names no time.")
        Duration longPoll,

        @Setting(value = "0s", min = "0s", max = "10m", text = "Shortest wait; a receiver that asks for less gets it.")
        Duration longPollMin,

        @Setting(value = "20s", min = "1s", max = "10m", text = "Longest wait; a receiver that asks for more gets it.")
        Duration longPollMax,

        @Setting(
                value = "60s",
                min = "1s",
                max = "1h",
                text = "Lease of a push consumer's message; extended as long as its client lives.")
        Duration pushLease,

        @Setting(value = "10s", min = "1s", max = "1h", text = "Shortest invisible duration that a receiver may ask.")
        Duration invisibleMin,

        @Setting(value = "12h", min = "1s", max = "40d", text = "Longest invisible duration that a receiver may ask.")
        Duration invisibleMax,

        @Setting(value = "32", min = "1", max = "1024", text = "Most messages of one answer.")
        int batch,

        @Setting(
                value = "4",
                min = "1",
                max = "64",
                text =
                        "Most receives that a push consumer keeps open for each topic, at most one for each of its queues. Each"
                                + " fetches `delivery.batch` messages at a time; with one alone, consumers on a busy machine fall behind."
                                + " A client that spends a thread on each receive (Python), or of a language that the server does not"
                                + " know, gets one.")
        int pollsPerConsumer,

        @Setting(
                value = "10000",
                min = "1",
                max = "1000000",
                text = "Most receivers of one group that wait at a time; one more is refused.")
        int waitingPerGroup) {}
