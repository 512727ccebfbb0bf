package io.pledgemq.server.grpc;

import io.pledgemq.server.config.Compatibility;
import io.pledgemq.server.config.ServerConfig;
import java.time.Duration;

/**
 * Limits and assumptions of the endpoints.
 *
 * @param likeRocketMq where PledgeMQ differs from RocketMQ on purpose, RocketMQ's way
 */
record ServiceLimits(
        OfMessage message, OfPoll poll, OfLease lease, OfBodies bodies, OfClient client, boolean likeRocketMq) {

    private static final int MESSAGES_PER_SEND = 1_000;

    /** The end of the year 9999: protobuf's timestamps end there. */
    private static final long LATEST_SECOND = 253_402_300_799L;

    private static final Duration CLIENT_SILENCE = Duration.ofSeconds(60);

    /**
     * Limits of what is sent.
     *
     * @param bodyBytes largest body of a message
     * @param properties most user properties of a message
     * @param propertiesBytes all their names and values, keys, tag and message group together, in UTF-8
     * @param tagBytes largest tag
     * @param delay furthest delivery time from now
     * @param latestSecond latest delivery time that is not illegal by itself, s since 1970
     * @param messagesPerSend most messages in one send
     */
    record OfMessage(
            int bodyBytes,
            int properties,
            int propertiesBytes,
            int tagBytes,
            Duration delay,
            long latestSecond,
            int messagesPerSend) {}

    /**
     * Limits of receives.
     *
     * @param batch most messages in one receive
     * @param perConsumer receives that a push consumer keeps open for each topic
     * @param streams most streams of a connection
     * @param usual wait of a receive that names none
     * @param shortest shortest wait of a receive
     * @param longest longest wait of a receive
     * @param waitingPerGroup most receives of one consumer group that wait at a time
     * @param filterBytes largest filter expression
     */
    record OfPoll(
            int batch,
            int perConsumer,
            int streams,
            Duration usual,
            Duration shortest,
            Duration longest,
            int waitingPerGroup,
            int filterBytes) {}

    /**
     * Invisible durations.
     *
     * @param push lease of a push consumer between two renewals
     * @param shortest shortest one that a receive may ask for
     * @param longest longest one that a receive may ask for
     */
    record OfLease(Duration push, Duration shortest, Duration longest) {}

    /**
     * Bytes of bodies that were written to clients and that they have not read.
     *
     * @param unread of one connection
     * @param unreadOfAll of all connections together
     */
    record OfBodies(long unread, long unreadOfAll) {}

    /**
     * Limits of clients.
     *
     * @param count most clients at a time
     * @param silence a client that sends nothing for so long counts as gone
     * @param firstCheck time that a sender has to decide before it is asked
     * @param checks questions that a client gets before it answers the earlier ones
     */
    record OfClient(int count, Duration silence, Duration firstCheck, int checks) {}

    static ServiceLimits of(ServerConfig config) {
        var delivery = config.delivery();
        var checks = config.checks();
        var limits = config.limits();
        boolean likeRocketMq = config.compatibility() == Compatibility.ROCKETMQ;
        int configuredBytes = limits.propertiesSize().intBytes();
        int propertiesBytes = likeRocketMq ? Math.min(configuredBytes, RocketMq.PROPERTIES_BYTES) : configuredBytes;
        int filterBytes = limits.filter().intBytes();
        return new ServiceLimits(
                new OfMessage(
                        limits.body().intBytes(),
                        limits.properties(),
                        propertiesBytes,
                        likeRocketMq ? propertiesBytes : limits.tag().intBytes(),
                        likeRocketMq ? RocketMq.shorter(limits.delay()) : limits.delay(),
                        LATEST_SECOND,
                        MESSAGES_PER_SEND),
                new OfPoll(
                        delivery.batch(),
                        delivery.pollsPerConsumer(),
                        limits.streamsPerConnection(),
                        delivery.longPoll(),
                        delivery.longPollMin(),
                        delivery.longPollMax(),
                        delivery.waitingPerGroup(),
                        likeRocketMq ? Math.max(filterBytes, propertiesBytes) : filterBytes),
                new OfLease(delivery.pushLease(), delivery.invisibleMin(), delivery.invisibleMax()),
                new OfBodies(
                        limits.unreadBodies().bytes(),
                        limits.unreadBodiesOfAll().bytes()),
                new OfClient(limits.connections(), CLIENT_SILENCE, checks.first(), checks.inFlightPerClient()),
                likeRocketMq);
    }

    /** Returns what the text of a refusal adds to the name of a limit that RocketMQ's may lower. */
    String orRocketMqs() {
        return likeRocketMq ? ", compatibility: rocketmq" : "";
    }
}
