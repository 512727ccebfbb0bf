package io.pledgemq.server.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stops reading from a client that does not read what it is answered, until it does: so a flood of pings, settings or
 * small calls whose answers pile up ends in the sender's own socket. Armeria bounds none of these.
 */
final class UnreadAnswers extends ChannelInboundHandlerAdapter {
    private final int mostBytes;
    private final AtomicInteger held;
    private boolean holding;

    /** @param held counts the connections that are not read now */
    UnreadAnswers(int mostBytes, AtomicInteger held) {
        this.mostBytes = mostBytes;
        this.held = held;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        ctx.channel().config().setWriteBufferWaterMark(new WriteBufferWaterMark(mostBytes / 2, mostBytes));
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) throws Exception {
        hold(!ctx.channel().isWritable());
        ctx.channel().config().setAutoRead(!holding);
        super.channelWritabilityChanged(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        hold(false);
        super.channelInactive(ctx);
    }

    private void hold(boolean now) {
        if (now != holding) {
            holding = now;
            held.addAndGet(now ? 1 : -1);
        }
    }
}
