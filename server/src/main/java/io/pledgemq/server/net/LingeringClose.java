package io.pledgemq.server.net;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Lets a client read why its TLS handshake is refused. With TLS 1.3 such a client believes that it is connected, and
 * sends its request while it is refused. A socket that is closed with unread bytes is reset, and a reset can discard
 * the alert before the client reads it. So the connection is closed in order: the server shuts its side after the
 * alert, reads and drops what the client still sends, and closes when the client has closed its side, or after
 * {@link #PATIENCE}. Until then it counts as a connection. Stands at the head of the pipeline.
 */
final class LingeringClose extends ChannelDuplexHandler {
    /** A client that has read the alert closes at once. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private boolean ending;

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (ending) {
            whenClosed(ctx, promise);
        } else if (isRefused(ctx) && ctx.channel() instanceof DuplexChannel socket && socket.isActive()) {
            ending = true;
            whenClosed(ctx, promise);
            // The caller writes the alert after this event.
            ctx.executor().execute(() -> end(ctx, socket));
        } else {
            var unused = ctx.close(promise);
        }
    }

    private static boolean isRefused(ChannelHandlerContext ctx) {
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        return tls != null && tls.handshakeFuture().cause() != null;
    }

    private static void whenClosed(ChannelHandlerContext ctx, ChannelPromise promise) {
        ctx.channel().closeFuture().addListener(closed -> promise.trySuccess());
    }

    private static void end(ChannelHandlerContext ctx, DuplexChannel socket) {
        ctx.flush();
        var shut = socket.shutdownOutput();
        shut.addListener(done -> {
            if (!done.isSuccess()) {
                var unusedClose = ctx.close();
            }
        });
        socket.config().setAutoRead(true);
        Runnable close = () -> {
            var unusedClose = ctx.close();
        };
        var unused = ctx.executor().schedule(close, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) {
        if (ending) {
            ReferenceCountUtil.release(bytes);
        } else {
            ctx.fireChannelRead(bytes);
        }
    }
}
