package io.pledgemq.server.grpc;

import java.time.Duration;

/**
 * What the endpoints allow and assume.
 *
 * @param bodyBytes largest body of a message
 * @param properties most user properties of a message
 * @param propertiesBytes all their names and values, keys, tag and message group together, in UTF-8
 * @param tagBytes largest tag
 * @param filterBytes largest filter expression
 * @param delay furthest delivery time from now
 * @param latestSecond latest delivery time, s since 1970, that is looked at at all
 * @param messagesPerSend most messages in one send
 * @param batch most messages in one receive
 * @param pollsPerConsumer receives that a push consumer keeps open for each topic
 * @param streams most streams of a connection
 * @param poll wait of a receive that names none
 * @param shortestPoll shortest wait of a receive
 * @param longestPoll longest wait of a receive
 * @param unreadBodies bytes of bodies on their way to one connection
 * @param unreadBodiesOfAll the same for all connections together
 * @param waitingPerGroup most receives of one group that wait at a time
 * @param pushLease how long the lease of a push consumer lasts between two renewals
 * @param shortestLease shortest invisible duration of a receive
 * @param longestLease longest invisible duration
 * @param firstCheck how long a sender has to decide before it is asked
 * @param checksPerClient questions one client gets before it answered the earlier ones
 * @param clients most clients at a time
 * @param clientSilence how long a client may be silent before it counts as gone
 * @param likeRocketMq where PledgeMQ differs from RocketMQ on purpose, RocketMQ's way
 */
record ServiceLimits(
        int bodyBytes,
        int properties,
        int propertiesBytes,
        int tagBytes,
        int filterBytes,
        Duration delay,
        long latestSecond,
        int messagesPerSend,
        int batch,
        int pollsPerConsumer,
        int streams,
        Duration poll,
        Duration shortestPoll,
        Duration longestPoll,
        long unreadBodies,
        long unreadBodiesOfAll,
        int waitingPerGroup,
        Duration pushLease,
        Duration shortestLease,
        Duration longestLease,
        Duration firstCheck,
        int checksPerClient,
        int clients,
        Duration clientSilence,
        boolean likeRocketMq) {

    /** For the text of a refusal, behind the name of a limit that RocketMQ's may lower. */
    String orRocketMqs() {
        return likeRocketMq ? ", compatibility: rocketmq" : "";
    }
}
