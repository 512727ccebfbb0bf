package io.pledgemq.server.net;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.logging.RequestLogProperty;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.flush.FlushConsolidationHandler;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is connected: so many in all, so many from one address, and nobody who does not finish a handshake in time. Those
 * over a bound are cut off before anything is read from them. Thread-safe.
 */
public final class Connections {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
    private static final AttributeKey<Boolean> REQUESTED =
            AttributeKey.valueOf(Connections.class, "has sent a request");
    private static final long TELL_EVERY_SECONDS = 10;
    /** Answers that are held back at most, each for as long as the event loop has other work at hand. */
    private static final int ANSWERS_TOGETHER = 256;

    private final LimitsConfig limits;
    private final Set<Channel> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    private final Map<InetAddress, Integer> perAddress = new ConcurrentHashMap<>();
    private final LongAdder refused = new LongAdder();
    private final LongAdder lateHandshakes = new LongAdder();
    private final AtomicBoolean telling = new AtomicBoolean();
    private volatile boolean draining;

    public Connections(LimitsConfig limits) {
        this.limits = limits;
    }

    LimitsConfig limits() {
        return limits;
    }

    /** Connections now. */
    public int count() {
        return count.get();
    }

    /** Connections refused since the start because there were too many. */
    public long refused() {
        return refused.sum();
    }

    /** Connections closed since the start because their handshake took too long. */
    public long lateHandshakes() {
        return lateHandshakes.sum();
    }

    /** Looks at a new connection, on its event loop. */
    void admit(ChannelPipeline pipeline) {
        Channel channel = pipeline.channel();
        if (!(channel.remoteAddress() instanceof InetSocketAddress remote) || draining) {
            cut(channel);
            return;
        }
        InetAddress address = remote.getAddress();
        if (count.incrementAndGet() > limits.connections()) {
            count.decrementAndGet();
            refuse(channel, "limits.connections=" + limits.connections());
            return;
        }
        if (perAddress.merge(address, 1, Integer::sum) > limits.connectionsPerAddress()) {
            left(address);
            refuse(
                    channel,
                    "limits.connections-per-address=" + limits.connectionsPerAddress() + " of "
                            + address.getHostAddress());
            return;
        }
        open.add(channel);
        var deadline = channel.eventLoop()
                .schedule(
                        () -> closeUnlessEstablished(channel),
                        limits.handshakeTimeout().toMillis(),
                        TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> {
            deadline.cancel(false);
            open.remove(channel);
            left(address);
        });
    }

    /** Whoever sees {@link #count} go down finds a place free at once, so the address comes first. */
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

    /** Without lingering, so that a flood does not leave us its sockets. */
    private static void cut(Channel channel) {
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

    /** Looks at the first request of a connection, on its event loop. */
    HttpResponse requested(HttpService service, ServiceRequestContext context, HttpRequest request) throws Exception {
        Channel channel =
                context.log().ensureAvailable(RequestLogProperty.SESSION).channel();
        if (channel != null && channel.attr(REQUESTED).setIfAbsent(true) == null) {
            answerTogether(channel.pipeline());
        }
        return service.serve(context, request);
    }

    /**
     * One force of the log lets many answers go at a time. Each of them would be a system call here and one at the
     * client; now what the event loop has at hand goes out in one, and in one record of TLS.
     */
    private static void answerTogether(ChannelPipeline pipeline) {
        ChannelHandlerContext http2 = pipeline.context(Http2ConnectionHandler.class);
        if (http2 != null) {
            pipeline.addBefore(http2.name(), null, new FlushConsolidationHandler(ANSWERS_TOGETHER, true));
        }
    }

    /** Takes no more connections, and asks those who are connected to go elsewhere with what they begin from now on. */
    public void drain() {
        draining = true;
        open.forEach(channel -> channel.eventLoop().execute(() -> sayGoodbye(channel)));
    }

    private static void sayGoodbye(Channel channel) {
        Http2ConnectionHandler http2 = channel.pipeline().get(Http2ConnectionHandler.class);
        ChannelHandlerContext context =
                http2 == null ? null : channel.pipeline().context(http2);
        if (http2 != null && context != null) {
            var unused = http2.goAway(
                    context,
                    Integer.MAX_VALUE,
                    Http2Error.NO_ERROR.code(),
                    Unpooled.EMPTY_BUFFER,
                    context.newPromise());
            context.flush();
        }
    }
}
