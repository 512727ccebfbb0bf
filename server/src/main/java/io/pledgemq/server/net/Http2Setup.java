package io.pledgemq.server.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.ssl.SslHandler;

/**
 * Waits until a connection turns out to be HTTP/2, adds the handlers that count its requests and batch its answers, and
 * removes itself. Logs failed TLS handshakes.
 */
final class Http2Setup extends ChannelInboundHandlerAdapter {
    /** Most answers that wait for a common write, each while the event loop has other work. */
    private static final int ANSWERS_TOGETHER = 256;

    private final Connections connections;
    private boolean handshakes;

    Http2Setup(Connections connections) {
        this.connections = connections;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) throws Exception {
        super.channelRead(ctx, bytes);
        SslHandler tls = handshakes ? null : ctx.pipeline().get(SslHandler.class);
        if (tls != null) {
            handshakes = true;
            tls.handshakeFuture().addListener(done -> {
                if (done.cause() != null) {
                    RefusedHandshake.tell(ctx.channel(), done.cause());
                }
            });
        }
        Http2ConnectionHandler http2 = ctx.pipeline().get(Http2ConnectionHandler.class);
        if (http2 != null && http2.decoder().prefaceReceived()) {
            ChannelHandlerContext context = ctx.pipeline().context(http2);
            if (context != null) {
                RequestFrames.count(http2, context, connections);
                // One force of the log releases many answers at a time. Each would cost a system call here, one at the
                // client, and a record of TLS.
                ctx.pipeline().addBefore(context.name(), null, new FlushConsolidationHandler(ANSWERS_TOGETHER, true));
            }
            ctx.pipeline().remove(this);
        }
    }
}
