package io.pledgemq.server.net;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The listening socket of one address. Once it is closed, clients and load balancers are refused at once and go
 * elsewhere, while accepted connections finish. Thread-safe.
 */
final class ListeningSocket {
    private final Connections connections;
    private final Set<Channel> inside = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Channel listening;
    private volatile boolean closed;

    ListeningSocket(Connections connections) {
        this.connections = connections;
    }

    /** Notes a new connection, on its event loop. */
    void enter(ChannelPipeline pipeline) {
        Channel channel = pipeline.channel();
        // Armeria does not hand out the listening socket, but an accepted connection knows it.
        listening = channel.parent();
        if (closed) {
            shut();
            Connections.cut(channel);
            return;
        }
        if (!connections.admit(channel)) {
            return;
        }
        inside.add(channel);
        channel.closeFuture().addListener(left -> inside.remove(channel));
        if (closed) {
            // It was closed in between: the loop over the open connections may have missed this one.
            sayGoodbye(channel);
        }
    }

    /**
     * Takes no more connections, and asks those who are inside to go elsewhere with what they begin from now on. If
     * nobody ever came, the first who comes finds that out.
     */
    void close() {
        closed = true;
        shut();
        inside.forEach(channel -> channel.eventLoop().execute(() -> sayGoodbye(channel)));
    }

    private void shut() {
        Channel socket = listening;
        if (socket != null) {
            var unused = socket.close();
        }
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
