package io.pledgemq.faults.crowd;

import io.pledgemq.faults.raw.TelemetryStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A client that has agreed on its settings and says nothing more: one socket with one HTTP/2 stream, without a thread.
 */
final class IdleClient implements AutoCloseable {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int FRAME_HEADER = 9;
    private static final int METHOD_POST = 0x83;
    private static final int SCHEME_HTTP = 0x86;
    private static final int NAME_AUTHORITY = 1;
    private static final int NAME_PATH = 4;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    IdleClient(int port, String clientId, String topic) throws IOException {
        socket = new Socket();
        socket.setSoTimeout(30_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 30_000);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
        ByteArrayOutputStream hello = new ByteArrayOutputStream();
        hello.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        hello.writeBytes(frame(SETTINGS, 0, 0, new byte[0]));
        hello.writeBytes(frame(HEADERS, END_HEADERS, 1, headers(port, clientId)));
        hello.writeBytes(
                frame(DATA, 0, 1, message(TelemetryStream.producer(topic).toByteArray())));
        out.write(hello.toByteArray());
        awaitAnswer();
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream(FRAME_HEADER + payload.length);
        frame.write(payload.length >> 16);
        frame.write(payload.length >> 8);
        frame.write(payload.length);
        frame.write(type);
        frame.write(flags);
        for (int shift = 24; shift >= 0; shift -= 8) {
            frame.write(stream >> shift);
        }
        frame.writeBytes(payload);
        return frame.toByteArray();
    }

    /** Every header as a literal that nobody has to remember. */
    private static byte[] headers(int port, String clientId) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(METHOD_POST);
        block.write(SCHEME_HTTP);
        block.write(NAME_PATH);
        text(block, "/apache.rocketmq.v2.MessagingService/Telemetry");
        block.write(NAME_AUTHORITY);
        text(block, "127.0.0.1:" + port);
        header(block, "content-type", "application/grpc");
        header(block, "te", "trailers");
        header(block, "x-mq-client-id", clientId);
        return block.toByteArray();
    }

    private static void header(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        text(block, name);
        text(block, value);
    }

    private static void text(ByteArrayOutputStream block, String text) {
        block.write(text.length());
        block.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** gRPC's five bytes, then the message. */
    private static byte[] message(byte[] message) {
        ByteArrayOutputStream framed = new ByteArrayOutputStream();
        framed.write(0);
        for (int shift = 24; shift >= 0; shift -= 8) {
            framed.write(message.length >> shift);
        }
        framed.writeBytes(message);
        return framed.toByteArray();
    }

    /** Reads up to the server's settings for this client. */
    private void awaitAnswer() throws IOException {
        while (true) {
            int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            in.readInt();
            in.skipNBytes(length);
            if (type == SETTINGS && (flags & ACK) == 0) {
                out.write(frame(SETTINGS, ACK, 0, new byte[0]));
            } else if (type == DATA && length > 0) {
                return;
            } else if (type == HEADERS && (flags & 1) != 0) {
                throw new IOException("the server ended the stream at once");
            }
        }
    }

    /** Whether the server still holds the connection, as far as this side has heard. */
    boolean isOpen() throws IOException {
        return in.available() == 0 || in.readUnsignedByte() >= 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
