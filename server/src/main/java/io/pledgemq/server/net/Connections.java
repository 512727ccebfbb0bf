package io.pledgemq.server.net;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.logging.RequestLogProperty;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.util.AttributeKey;
import io.pledgemq.server.config.LimitsConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds connections: in all, from one address, and those that do not finish a handshake in time. Connections over a
 * bound are closed before anything is read from them. Thread-safe.
 */
public final class Connections {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
    private static final AttributeKey<Boolean> REQUESTED =
            AttributeKey.valueOf(Connections.class, "requested over HTTP/1");
    private static final long TELL_EVERY_SECONDS = 10;

    private final LimitsConfig limits;
    /** Paths of streaming calls; each of their messages is processed when it is complete. */
    private final Set<String> streams;

    private final PartialRequests partialRequests;
    private final Set<Channel> unread = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    private final Map<InetAddress, Integer> perAddress = new ConcurrentHashMap<>();
    private final LongAdder refused = new LongAdder();
    private final LongAdder lateHandshakes = new LongAdder();
    private final AtomicBoolean telling = new AtomicBoolean();

    /** @param streams paths of calls that carry any number of messages, such as {@code /package.Service/Method} */
    public Connections(LimitsConfig limits, Set<String> streams) {
        this.limits = limits;
        this.streams = Set.copyOf(streams);
        this.partialRequests = new PartialRequests(limits);
    }

    PartialRequests partialRequests() {
        return partialRequests;
    }

    boolean isStream(@Nullable CharSequence path) {
        return path != null && streams.contains(path.toString());
    }

    LimitsConfig limits() {
        return limits;
    }

    /** Returns the number of open connections. */
    public int count() {
        return count.get();
    }

    /** Returns how many connections were refused since the start because there were too many. */
    public long refused() {
        return refused.sum();
    }

    /** Returns how many connections were closed since the start because their handshake took too long. */
    public long lateHandshakes() {
        return lateHandshakes.sum();
    }

    /** Returns the bytes of incomplete requests. */
    public long partialBytes() {
        return partialRequests.bytes();
    }

    /** Returns how many incomplete requests were dropped since the start because there were too many bytes of them. */
    public long givenUp() {
        return partialRequests.givenUp();
    }

    /** Returns how many connections are not read now, because their clients leave answers unread. */
    public int unread() {
        return unread.size();
    }

    /** Returns the bytes that these clients have not read, beyond half of {@code limits.unread-answers} each. */
    public long unreadBytes() {
        return unread.stream()
                .filter(Channel::isActive)
                .mapToLong(Channel::bytesBeforeWritable)
                .sum();
    }

    /** Admits or refuses a new connection, on its event loop. Returns whether it may stay. */
    boolean admit(Channel channel) {
        if (!(channel.remoteAddress() instanceof InetSocketAddress remote)) {
            cut(channel);
            return false;
        }
        InetAddress address = remote.getAddress();
        if (count.incrementAndGet() > limits.connections()) {
            count.decrementAndGet();
            refuse(channel, "limits.connections=" + limits.connections());
            return false;
        }
        if (perAddress.merge(address, 1, Integer::sum) > limits.connectionsPerAddress()) {
            left(address);
            refuse(
                    channel,
                    "limits.connections-per-address=" + limits.connectionsPerAddress() + " of "
                            + address.getHostAddress());
            return false;
        }
        channel.pipeline()
                .addFirst(
                        new LingeringClose(),
                        new UnreadAnswers(limits.unreadAnswers().intBytes(), unread),
                        new Http2Setup(this));
        var deadline = channel.eventLoop()
                .schedule(
                        () -> closeUnlessEstablished(channel),
                        limits.handshakeTimeout().toMillis(),
                        TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> {
            deadline.cancel(false);
            left(address);
        });
        return true;
    }

    /** Frees the address first: a caller that sees {@link #count} go down must find a place free at once. */
    private void left(InetAddress address) {
        perAddress.computeIfPresent(address, (key, before) -> before == 1 ? null : before - 1);
        count.decrementAndGet();
    }

    private void refuse(Channel channel, String bound) {
        refused.increment();
        if (telling.compareAndSet(false, true)) {
            LOG.warn("connections are refused because of {}; {} so far", bound, refused());
            var unused = channel.eventLoop().schedule(() -> telling.set(false), TELL_EVERY_SECONDS, TimeUnit.SECONDS);
        }
        cut(channel);
    }

    /** Closes without lingering, so that a flood leaves no sockets behind. */
    static void cut(Channel channel) {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        var unused = channel.close();
    }

    private void closeUnlessEstablished(Channel channel) {
        if (!established(channel)) {
            lateHandshakes.increment();
            LOG.debug("{} did not finish its handshake within {}", channel, limits.handshakeTimeout());
            cut(channel);
        }
    }

    private static boolean established(Channel channel) {
        Http2ConnectionHandler http2 = channel.pipeline().get(Http2ConnectionHandler.class);
        return http2 != null
                ? http2.decoder().prefaceReceived()
                : Boolean.TRUE.equals(channel.attr(REQUESTED).get());
    }

    /** Notes a request over HTTP/1, which ends the handshake of such a connection. */
    HttpResponse requested(HttpService service, ServiceRequestContext context, HttpRequest request) throws Exception {
        if (!context.sessionProtocol().isMultiplex()) {
            Channel channel =
                    context.log().ensureAvailable(RequestLogProperty.SESSION).channel();
            if (channel != null) {
                channel.attr(REQUESTED).set(true);
            }
        }
        return service.serve(context, request);
    }
}
