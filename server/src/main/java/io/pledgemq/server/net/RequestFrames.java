package io.pledgemq.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts the bytes of incomplete requests on one HTTP/2 connection. A request in one frame, as nearly all are, costs a
 * look at its flag. Belongs to the connection's event loop.
 */
final class RequestFrames extends Http2FrameListenerDecorator {
    private final Http2ConnectionHandler http2;
    private final ChannelHandlerContext context;
    private final Connections connections;
    private final IntObjectMap<Received> received = new IntObjectHashMap<>();

    /** The part of one request that has arrived. */
    private static final class Received {
        private final PartialRequests.Part part;
        /** The messages of a streaming call; null if the call has one message. */
        private final @Nullable GrpcFrames messages;

        private long bytes;

        Received(PartialRequests.Part part, @Nullable GrpcFrames messages) {
            this.part = part;
            this.messages = messages;
        }

        void more(ByteBuf data) {
            bytes += data.readableBytes();
            part.holds(messages == null ? bytes : messages.partial(data));
        }
    }

    private RequestFrames(
            Http2FrameListener inner,
            Http2ConnectionHandler http2,
            ChannelHandlerContext context,
            Connections connections) {
        super(inner);
        this.http2 = http2;
        this.context = context;
        this.connections = connections;
    }

    /** Adds the counting handler to a connection. */
    static void count(Http2ConnectionHandler http2, ChannelHandlerContext context, Connections connections) {
        RequestFrames frames = new RequestFrames(http2.decoder().frameListener(), http2, context, connections);
        http2.decoder().frameListener(frames);
        http2.connection().addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                frames.over(stream.id());
            }
        });
    }

    @Override
    public void onHeadersRead(ChannelHandlerContext ctx, int stream, Http2Headers headers, int padding, boolean last)
            throws Http2Exception {
        begins(stream, headers, last);
        super.onHeadersRead(ctx, stream, headers, padding, last);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx,
            int stream,
            Http2Headers headers,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean last)
            throws Http2Exception {
        begins(stream, headers, last);
        super.onHeadersRead(ctx, stream, headers, dependency, weight, exclusive, padding, last);
    }

    private void begins(int stream, Http2Headers headers, boolean last) {
        if (last) {
            over(stream);
        } else if (connections.isStream(headers.path()) && !received.containsKey(stream)) {
            received.put(stream, new Received(part(stream), new GrpcFrames()));
        }
    }

    @Override
    public int onDataRead(ChannelHandlerContext ctx, int stream, ByteBuf data, int padding, boolean last)
            throws Http2Exception {
        if (last) {
            over(stream);
        } else {
            Received known = received.get(stream);
            if (known == null) {
                known = new Received(part(stream), null);
                received.put(stream, known);
            }
            known.more(data);
        }
        return super.onDataRead(ctx, stream, data, padding, last);
    }

    private PartialRequests.Part part(int stream) {
        // gRPC reads this code as RESOURCE_EXHAUSTED.
        return connections.partialRequests().begin(() -> context.executor().execute(() -> {
            var unused = http2.resetStream(context, stream, Http2Error.ENHANCE_YOUR_CALM.code(), context.newPromise());
            context.flush();
        }));
    }

    private void over(int stream) {
        Received whole = received.remove(stream);
        if (whole != null) {
            whole.part.end();
        }
    }
}
