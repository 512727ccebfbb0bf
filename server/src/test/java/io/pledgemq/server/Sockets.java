package io.pledgemq.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** The sockets of the tests: connecting and each read have a time limit. */
public final class Sockets {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private Sockets() {}

    /** Connects to a port of the loopback address. */
    public static Socket open(int port) throws IOException {
        return open(port, InetAddress.getLoopbackAddress());
    }

    /** Connects to a port of the loopback address, from an address of this machine. */
    public static Socket open(int port, InetAddress from) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(from, 0));
        socket.setSoTimeout(Math.toIntExact(LIMIT.toMillis()));
        socket.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), Math.toIntExact(LIMIT.toMillis()));
        return socket;
    }
}
