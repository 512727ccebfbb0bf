package io.pledgemq.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The loopback ports of one process. They are kept in its directory, so that clients find it again after a restart.
 *
 * @param broker the broker also takes the port two below
 */
record Ports(int grpc, int remoting, int nameServer, int broker, int replication) {
    private static final String FILE = "ports";
    private static final int TRIES = 100;

    /** @param wantedGrpc 0 for any */
    static Ports of(Path directory, int wantedGrpc) throws IOException {
        Path file = directory.resolve(FILE);
        Ports ports = Files.exists(file) ? read(file) : free();
        if (wantedGrpc != 0) {
            ports = new Ports(wantedGrpc, ports.remoting, ports.nameServer, ports.broker, ports.replication);
        }
        Files.write(file, ports.lines());
        return ports;
    }

    private List<String> lines() {
        return Stream.of(grpc, remoting, nameServer, broker, replication)
                .map(String::valueOf)
                .toList();
    }

    private static Ports read(Path file) throws IOException {
        List<Integer> ports =
                Files.readAllLines(file).stream().map(Integer::valueOf).toList();
        return new Ports(ports.get(0), ports.get(1), ports.get(2), ports.get(3), ports.get(4));
    }

    private static Ports free() throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        try {
            return new Ports(any(held), any(held), any(held), withSecond(held), any(held));
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }

    private static int any(List<ServerSocket> held) throws IOException {
        return hold(0, held);
    }

    private static int withSecond(List<ServerSocket> held) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            int port = any(held);
            if (isHeld(port - 2, held)) {
                return port;
            }
        }
        throw new IOException("no two free ports with a difference of 2 in " + TRIES + " tries");
    }

    /** False if somebody else has it. */
    private static boolean isHeld(int port, List<ServerSocket> held) {
        try {
            return hold(port, held) == port;
        } catch (IOException e) {
            return false;
        }
    }

    private static int hold(int port, List<ServerSocket> held) throws IOException {
        ServerSocket socket = new ServerSocket();
        held.add(socket);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return socket.getLocalPort();
    }
}
