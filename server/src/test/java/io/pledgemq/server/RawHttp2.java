package io.pledgemq.server;

import com.google.protobuf.ByteString;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An HTTP/2 client that may misbehave: it sends the frames it is told. */
public final class RawHttp2 implements AutoCloseable {
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PING = 6;
    public static final int GOAWAY = 7;
    public static final int CONTINUATION = 9;
    public static final int ACK = 1;
    public static final int END_STREAM = 1;
    public static final int END_HEADERS = 4;

    private static final int FRAME_HEADER = 9;

    private static final int ANSWER_MS = 10_000;

    private final Socket socket;
    private final DataInputStream in;
    /** What came with the handshake, for the next who reads. */
    private final List<Frame> unread = new ArrayList<>();

    /** A frame that came. */
    public record Frame(int type, int flags, int stream, ByteString payload) {}

    private RawHttp2(int port, InetAddress from) throws IOException {
        socket = Sockets.open(port, from);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
    }

    /** Connects, and says nothing. */
    public static RawHttp2 silent(int port) throws IOException {
        return new RawHttp2(port, InetAddress.getLoopbackAddress());
    }

    /**
     * Connects and finishes the handshake. The server has counted the connection when this returns: connections are
     * taken by several threads, so without its answer nothing says which of two came first.
     */
    public static RawHttp2 established(int port) throws IOException {
        return established(port, InetAddress.getLoopbackAddress());
    }

    /** As the other, from an address of this machine. */
    public static RawHttp2 established(int port, InetAddress from) throws IOException {
        RawHttp2 client = new RawHttp2(port, from);
        client.raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        client.send(SETTINGS, 0, 0, new byte[0]);
        client.socket.setSoTimeout(ANSWER_MS);
        client.unread.add(client.frame());
        return client;
    }

    private Frame frame() throws IOException {
        int length = (in.readUnsignedByte() << 16) + in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        return new Frame(type, flags, stream, ByteString.copyFrom(in.readNBytes(length)));
    }

    public void raw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    public void send(int type, int flags, int stream, byte[] payload) throws IOException {
        raw(frame(type, flags, stream, payload));
    }

    /** The bytes of a frame. */
    public static byte[] frame(int type, int flags, int stream, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(FRAME_HEADER + payload.length);
        frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
        frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
        return frame.array();
    }

    /** Headers of a gRPC call of the messaging service, uncompressed. */
    public static byte[] call(String method, Map<String, String> more) {
        return callTo("/apache.rocketmq.v2.MessagingService/" + method, more);
    }

    /** Headers of a gRPC call, uncompressed. */
    public static byte[] callTo(String path, Map<String, String> more) {
        ByteBuffer block = ByteBuffer.allocate(1 << 16);
        put(block, ":method", "POST");
        put(block, ":scheme", "http");
        put(block, ":authority", "localhost");
        put(block, ":path", path);
        put(block, "content-type", "application/grpc");
        put(block, "te", "trailers");
        put(block, "x-mq-client-id", "raw");
        more.forEach((name, value) -> put(block, name, value));
        byte[] bytes = new byte[block.flip().remaining()];
        block.get(bytes);
        return bytes;
    }

    private static void put(ByteBuffer block, String name, String value) {
        block.put((byte) 0);
        text(block, name);
        text(block, value);
    }

    /** A length in seven bits, continued as HPACK has it, and the text. */
    private static void text(ByteBuffer block, String text) {
        int length = text.length();
        if (length < 127) {
            block.put((byte) length);
        } else {
            block.put((byte) 127);
            int rest = length - 127;
            while (rest >= 128) {
                block.put((byte) (rest % 128 + 128));
                rest /= 128;
            }
            block.put((byte) rest);
        }
        block.put(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Reads until so many frames of a type have come, each within ten seconds. */
    public void await(int type, int count) throws IOException {
        socket.setSoTimeout(ANSWER_MS);
        for (int come = 0; come < count; ) {
            if (frame().type() == type) {
                come++;
            }
        }
    }

    /** What comes until the server closes the connection, or nothing has come for so long. */
    public List<Frame> readFor(int quietMs) throws IOException {
        List<Frame> frames = new ArrayList<>(unread);
        unread.clear();
        socket.setSoTimeout(quietMs);
        try {
            while (true) {
                frames.add(frame());
            }
        } catch (SocketTimeoutException e) {
            return frames;
        } catch (java.io.EOFException | SocketException e) {
            return frames;
        }
    }

    /** Whether the server closes the connection within the time. */
    public boolean closedWithin(int ms) throws IOException {
        long end = System.nanoTime() + ms * 1_000_000L;
        byte[] ignored = new byte[4096];
        try {
            while (System.nanoTime() < end) {
                socket.setSoTimeout((int) Math.max(1, (end - System.nanoTime()) / 1_000_000));
                if (in.read(ignored) < 0) {
                    return true;
                }
            }
            return false;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    /** Reads and forgets what comes, until nothing has come for so long. */
    public void skipFor(int quietMs) throws IOException {
        byte[] ignored = new byte[1 << 16];
        socket.setSoTimeout(quietMs);
        try {
            while (in.read(ignored) >= 0) {
                unread.clear();
            }
        } catch (SocketTimeoutException e) {
            return;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
