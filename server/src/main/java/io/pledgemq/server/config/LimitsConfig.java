package io.pledgemq.server.config;

import io.pledgemq.engine.command.Limits;
import java.time.Duration;

/** Everything that has an upper bound. A refusal names the bound. */
public record LimitsConfig(
        @Setting(value = "4MiB", min = "1KiB", max = "64MiB", text = "Largest body of a message.")
        ByteSize body,

        @Setting(value = "128", min = "1", max = "1024", text = "Most properties of a message that its sender sets.")
        int properties,

        @Setting(
                value = "32KiB",
                min = "1KiB",
                max = "1MiB",
                text = "Names and values of those properties, keys, tag and message group together, in UTF-8.")
        ByteSize propertiesSize,

        @Setting(value = "4KiB", min = "16B", max = "64KiB", text = "Largest tag of a message, in UTF-8.")
        ByteSize tag,

        @Setting(
                value = "16KiB",
                min = "1KiB",
                max = "64KiB",
                text =
                        "Largest filter expression of a receiver, in UTF-8. Not less than `limits.tag`, so that every tag"
                                + " can be asked for.")
        ByteSize filter,

        @Setting(value = "40d", min = "1s", max = "40d", text = "Furthest delivery time from now.")
        Duration delay,

        @Setting(value = "10000", min = "1", max = "100000", text = "Most topics.")
        int topics,

        @Setting(value = "10000", min = "1", max = "100000", text = "Most consumer groups.")
        int groups,

        @Setting(value = "1000000", min = "1", max = "100000000", text = "Most undecided messages of one sender.")
        int preparedPerSender,

        @Setting(
                value = "1000000",
                min = "1",
                max = "100000000",
                text =
                        "Most messages that are stored and not published: undecided, parked and delayed together. Each takes"
                                + " about 150 bytes of heap. At the bound, prepares and delayed sends are refused; decisions never.")
        int pending,

        @Setting(
                value = "500000",
                min = "1",
                max = "100000000",
                text = "Most messages that wait for their time; they count for `limits.pending` too.")
        int delayed,

        @Setting(
                value = "1000000",
                min = "1",
                max = "100000000",
                text =
                        "Most deliveries of all groups that are not settled: leased, waiting for their next attempt, or open"
                                + " dead letters. Each takes 100 to 250 bytes of heap. At the bound, no group gets new messages; what"
                                + " it got before is tried again as ever.")
        int unsettled,

        @Setting(value = "200000", min = "1", max = "100000000", text = "The same for one group on one topic.")
        int unsettledPerSubscription,

        @Setting(
                value = "0",
                min = "0",
                max = "2000000000",
                text =
                        "Most messages that all topics keep, waiting or settled; one of a FIFO topic counts twice. Each takes"
                                + " 8 bytes of heap. From 7/8 on, settled ones are forgotten before `store.retention-time`; at the"
                                + " bound, new messages are refused. 0 = as many as fit a quarter of the heap.")
        int kept,

        @Setting(
                value = "64MiB",
                min = "1MiB",
                max = "16GiB",
                text = "Bodies that wait to be durable, of all senders together.")
        ByteSize bytesInFlight,

        @Setting(value = "10000", min = "1", max = "1000000", text = "Most connections.")
        int connections,

        @Setting(value = "200", min = "1", max = "1000000", text = "Most connections from one address.")
        int connectionsPerAddress,

        @Setting(
                value = "1000",
                min = "10",
                max = "100000",
                text =
                        "Most concurrent HTTP/2 streams of one connection. The waiting receives of a push consumer take up to"
                                + " half of them, but at least one for each of its topics.")
        int streamsPerConnection,

        @Setting(value = "16KiB", min = "1KiB", max = "1MiB", text = "Largest header list of a request.")
        ByteSize headerList,

        @Setting(
                value = "128MiB",
                min = "1MiB",
                max = "16GiB",
                text = "What is kept of requests that have not come whole, of all connections together; over it the"
                        + " one that began first is refused.")
        ByteSize partialRequests,

        @Setting(
                value = "1MiB",
                min = "64KiB",
                max = "1GiB",
                text = "Answers that a client may leave unread before nothing more is read from it.")
        ByteSize unreadAnswers,

        @Setting(
                value = "32MiB",
                min = "1KiB",
                max = "16GiB",
                text = "Bodies on their way to one connection; when its client has so much unread, it gets no more. One"
                        + " body alone may be larger.")
        ByteSize unreadBodies,

        @Setting(
                value = "128MiB",
                min = "1KiB",
                max = "64GiB",
                text = "Bodies on their way to all connections together.")
        ByteSize unreadBodiesOfAll,

        @Setting(
                value = "120s",
                min = "1s",
                max = "1d",
                text = "A connection without any traffic is closed after this.")
        Duration idleTimeout,

        @Setting(value = "10s", min = "100ms", max = "10m", text = "Longest time for a TLS or HTTP/2 handshake.")
        Duration handshakeTimeout) {

    /** Properties that the server adds to those of the sender: identity, sender, tracing. */
    private static final int RESERVED_PROPERTIES = 16;

    private static final int RESERVED_PROPERTIES_BYTES = 4 << 10;

    /** The bounds as the engine has them, with room for the properties that the server adds. */
    public Limits engine() {
        return new Limits(
                body.intBytes(),
                properties + RESERVED_PROPERTIES,
                propertiesSize.intBytes() + RESERVED_PROPERTIES_BYTES,
                topics,
                groups,
                delay.toMillis(),
                preparedPerSender,
                bytesInFlight.bytes(),
                new Limits.Rows(
                        pending,
                        delayed,
                        unsettled,
                        unsettledPerSubscription,
                        kept == 0 ? Limits.Rows.DEFAULT.kept() : kept));
    }
}
