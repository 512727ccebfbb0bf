package io.pledgemq.server.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;

/** Waits until a connection turns out to be HTTP/2, has its requests counted from then on, and is gone. */
final class Http2Arrival extends ChannelInboundHandlerAdapter {
    private final Connections connections;

    Http2Arrival(Connections connections) {
        this.connections = connections;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) throws Exception {
        super.channelRead(ctx, bytes);
        Http2ConnectionHandler http2 = ctx.pipeline().get(Http2ConnectionHandler.class);
        if (http2 != null && http2.decoder().prefaceReceived()) {
            ChannelHandlerContext context = ctx.pipeline().context(http2);
            if (context != null) {
                RequestFrames.count(http2, context, connections);
            }
            ctx.pipeline().remove(this);
        }
    }
}
