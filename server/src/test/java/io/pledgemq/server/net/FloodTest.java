package io.pledgemq.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.server.RawHttp2;
import io.pledgemq.server.Running;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who sends without end, or never ends what is sent, has little kept for it and disturbs nobody. */
class FloodTest extends HostileClients {
    private static final int ENHANCE_YOUR_CALM = 11;
    private static final int FRAME_BYTES = 16 << 10;
    private static final int GRPC_PREFIX_BYTES = 5;
    /** Much more than the sockets of both sides hold. */
    private static final long FLOOD_BYTES = 96L << 20;

    /** The limit, and the answers to what was read at once before it was seen. */
    private static final long KEPT_BYTES = 4 << 20;

    private static final int LOOKS = 80;
    private static final long LOOK_MS = 50;

    /** The C++ client pings every 60 s and grpc-java every 10 s at most, both also without calls. */
    @Test
    void pingsWithoutCallsAreAnsweredHoweverOftenTheyCome() throws Exception {
        start();
        RawHttp2 client = established();
        client.skipFor(200);

        for (int i = 0; i < 300; i++) {
            client.send(RawHttp2.PING, 0, 0, new byte[8]);
        }

        List<RawHttp2.Frame> answers = client.readFor(1_000);
        assertThat(answers)
                .filteredOn(frame -> frame.type() == RawHttp2.PING && frame.flags() == RawHttp2.ACK)
                .hasSize(300);
        assertThat(answers).noneMatch(frame -> frame.type() == RawHttp2.GOAWAY);
    }

    @Test
    void pingsWhoseAnswersNobodyReadsEndInTheSendersSocket() throws Exception {
        unreadFloodIsHeldUntilItIsRead(RawHttp2.PING, new byte[8]);
    }

    @Test
    void settingsWhoseAnswersNobodyReadsEndInTheSendersSocket() throws Exception {
        unreadFloodIsHeldUntilItIsRead(RawHttp2.SETTINGS, new byte[0]);
    }

    private void unreadFloodIsHeldUntilItIsRead(int type, byte[] payload) throws Exception {
        start("limits.unread-answers: 64KiB");
        RawHttp2 flood = established();
        byte[] many = many(type, payload);
        Thread sender = new Thread(() -> {
            try {
                for (long sent = 0; sent < FLOOD_BYTES; sent += many.length) {
                    flood.raw(many);
                }
            } catch (IOException e) {
                // The test is over.
            }
        });
        sender.start();
        Running.await(
                "nothing more is read from it", () -> server().connections().unread() == 1);
        for (int look = 0; look < LOOKS; look++) {
            sender.join(LOOK_MS);
            assertThat(server().connections().unreadBytes()).isLessThan(KEPT_BYTES);
        }
        neighbour().isServed();

        while (sender.isAlive() || server().connections().unread() > 0) {
            flood.skipFor(200);
        }

        flood.skipFor(500);
        flood.send(RawHttp2.PING, 0, 0, "and this".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThat(flood.readFor(2_000))
                .extracting(frame -> frame.payload().toStringUtf8())
                .contains("and this");
    }

    private static byte[] many(int type, byte[] payload) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int i = 0; i < 1_000; i++) {
            frames.writeBytes(RawHttp2.frame(type, 0, 0, payload));
        }
        return frames.toByteArray();
    }

    /** A call whose message is announced with so many bytes, of which so many come. */
    private RawHttp2 trickle(String method, int announced, int come) throws IOException {
        RawHttp2 client = established();
        client.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 1, RawHttp2.call(method, Map.of()));
        byte[] data = ByteBuffer.allocate(GRPC_PREFIX_BYTES + come)
                .put((byte) 0)
                .putInt(announced)
                .array();
        for (int at = 0; at < data.length; at += FRAME_BYTES) {
            byte[] part = java.util.Arrays.copyOfRange(data, at, Math.min(data.length, at + FRAME_BYTES));
            client.send(RawHttp2.DATA, 0, 1, part);
        }
        return client;
    }

    private void awaitPartial(long bytes) throws InterruptedException {
        Running.await("so much is kept: " + bytes, () -> server().connections().partialBytes() == bytes);
    }

    @Test
    void requestsThatDoNotComeWholeMakeRoomForThoseThatDo() throws Exception {
        start("limits.partial-requests: 1MiB");
        int each = (400 << 10) - GRPC_PREFIX_BYTES;
        RawHttp2 first = trickle("SendMessage", 1 << 20, each);
        awaitPartial(400 << 10);
        RawHttp2 second = trickle("SendMessage", 1 << 20, each);
        awaitPartial(800 << 10);

        var answer = neighbour().blocking().sendMessage(message(900 << 10));

        assertThat(answer.hasStatus()).isTrue();
        for (RawHttp2 client : List.of(first, second)) {
            assertThat(client.readFor(1_000))
                    .anyMatch(frame -> frame.type() == RawHttp2.RST_STREAM
                            && frame.payload().byteAt(3) == ENHANCE_YOUR_CALM);
        }
        assertThat(server().connections().givenUp()).isEqualTo(2);
        awaitPartial(0);
        trickle("SendMessage", 1 << 20, each).close();
        awaitPartial(0);
        neighbour().isServed();
    }

    @Test
    void oneRequestAloneMayBeLargerThanAllThatTrickle() throws Exception {
        start("limits.partial-requests: 1MiB");
        trickle("SendMessage", 3 << 19, (5 << 18) - GRPC_PREFIX_BYTES);
        awaitPartial(5 << 18);

        neighbour().isServed();

        assertThat(server().connections().givenUp()).isZero();
    }

    @Test
    void halfMessagesOfStreamsAreCountedToo() throws Exception {
        start("limits.partial-requests: 1MiB");

        RawHttp2 first = trickle("Telemetry", 1 << 20, 600 << 10);
        awaitPartial((600 << 10) + GRPC_PREFIX_BYTES);
        trickle("Telemetry", 1 << 20, 500 << 10);

        Running.await("the older one is given up", () -> server().connections().givenUp() == 1);
        assertThat(first.readFor(1_000)).anyMatch(frame -> frame.type() == RawHttp2.RST_STREAM);
        neighbour().isServed();
    }
}
