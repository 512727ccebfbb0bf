package io.pledgemq.server.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import java.util.Set;

/**
 * Stops reading from a client that does not read its answers, until it does: so a flood of pings, settings or small
 * calls ends in the sender's own socket. Armeria bounds none of these.
 */
final class UnreadAnswers extends ChannelInboundHandlerAdapter {
    private final int mostBytes;
    private final Set<Channel> held;

    /** @param held collects the connections that are not read */
    UnreadAnswers(int mostBytes, Set<Channel> held) {
        this.mostBytes = mostBytes;
        this.held = held;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        ctx.channel().config().setWriteBufferWaterMark(new WriteBufferWaterMark(mostBytes / 2, mostBytes));
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) throws Exception {
        boolean read = ctx.channel().isWritable();
        if (read) {
            held.remove(ctx.channel());
        } else {
            held.add(ctx.channel());
        }
        ctx.channel().config().setAutoRead(read);
        super.channelWritabilityChanged(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        held.remove(ctx.channel());
        super.channelInactive(ctx);
    }
}
