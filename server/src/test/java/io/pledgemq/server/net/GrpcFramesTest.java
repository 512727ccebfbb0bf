package io.pledgemq.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class GrpcFramesTest {
    private static ByteBuf messages(int... lengths) {
        ByteBuf all = Unpooled.buffer();
        for (int length : lengths) {
            all.writeByte(1).writeInt(length).writeZero(length);
        }
        return all;
    }

    @Test
    void wholeMessagesLeaveNothing() {
        assertThat(new GrpcFrames().partial(messages(3, 0, 300))).isZero();
    }

    @Test
    void whatHasComeOfTheLastMessageIsKnownWhereverTheBytesAreCut() {
        int[] lengths = {3, 0, 7};
        int[] partial = {1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0};
        for (int cut = 1; cut < partial.length; cut++) {
            ByteBuf all = messages(lengths);
            GrpcFrames frames = new GrpcFrames();
            assertThat(frames.partial(all.slice(0, cut))).as("after " + cut).isEqualTo(partial[cut - 1]);
            assertThat(frames.partial(all.slice(cut, partial.length - cut))).isZero();
        }
    }

    @Test
    void lengthsAreUnsigned() {
        ByteBuf header = Unpooled.buffer().writeByte(0).writeInt(-1).writeZero(100);
        assertThat(new GrpcFrames().partial(header)).isEqualTo(105);
    }
}
