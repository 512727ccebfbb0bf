package io.pledgemq.server.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Checks whether a server could listen on a port, and which process holds it if it cannot.
 *
 * @param host as configured
 * @param port 0 = any free one
 * @param check name of the finding
 */
public record ListenPort(String host, int port, String check) {
    private static final String LISTENING = "0A";
    private static final int HEX = 16;
    private static final int PATIENCE_MS = 1000;
    private static final int PROBE_BYTES = 100;

    Finding examine() {
        if (port == 0) {
            return Finding.ok(check, "any free one is taken");
        }
        InetAddress address;
        try {
            address = InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            return Finding.fail(check, "no address is known for " + host, "correct the host, or use an IP address");
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, port));
            return Finding.ok(check, host + ":" + port + " is free");
        } catch (IOException e) {
            return taken(address, e);
        }
    }

    /** The process that listens on the port in words, if this user may see it. */
    public Optional<String> seen() {
        return holder().map(process -> "process " + process.pid()
                + process.info().command().map(command -> " (" + command + ")").orElse(""));
    }

    private Finding taken(InetAddress address, IOException e) {
        String who = seen().orElse("a process that this user cannot see");
        if (isOurs(address)) {
            return Finding.ok(check, host + ":" + port + " is served by PledgeMQ, " + who);
        }
        return Finding.fail(
                check,
                "cannot listen on " + host + ":" + port + " (" + e.getMessage() + "); " + who + " has it",
                "stop that one, or choose another port");
    }

    /** Returns whether our probe answers there. */
    private boolean isOurs(InetAddress address) {
        InetAddress reachable = address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address;
        String name = reachable.getHostAddress();
        try {
            var probe = (HttpURLConnection)
                    URI.create("http://" + (name.contains(":") ? "[" + name + "]" : name) + ":" + port + "/livez")
                            .toURL()
                            .openConnection();
            probe.setConnectTimeout(PATIENCE_MS);
            probe.setReadTimeout(PATIENCE_MS);
            try (InputStream answer = probe.getInputStream()) {
                return new String(answer.readNBytes(PROBE_BYTES), StandardCharsets.UTF_8).contains("alive");
            } finally {
                probe.disconnect();
            }
        } catch (IOException e) {
            return false;
        }
    }

    /** Linux only: the socket's inode, then the process that has it open. */
    private Optional<ProcessHandle> holder() {
        Set<String> sockets = Stream.of("/proc/net/tcp", "/proc/net/tcp6")
                .flatMap(table -> lines(Path.of(table)).stream())
                .map(line -> line.strip().split("\\s+"))
                .filter(fields -> fields.length > 9 && fields[3].equals(LISTENING) && isPort(fields[1]))
                .map(fields -> "socket:[" + fields[9] + "]")
                .collect(Collectors.toSet());
        return sockets.isEmpty()
                ? Optional.empty()
                : ProcessHandle.allProcesses()
                        .filter(process -> hasOpen(process.pid(), sockets))
                        .findFirst();
    }

    private boolean isPort(String local) {
        return Integer.parseInt(local.substring(local.lastIndexOf(':') + 1).toUpperCase(Locale.ROOT), HEX) == port;
    }

    private static List<String> lines(Path table) {
        try {
            List<String> lines = Files.readAllLines(table);
            return lines.subList(Math.min(1, lines.size()), lines.size());
        } catch (IOException e) {
            return List.of();
        }
    }

    private static boolean hasOpen(long pid, Set<String> sockets) {
        try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return files.anyMatch(file -> sockets.contains(target(file)));
        } catch (IOException e) {
            return false;
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "";
        }
    }
}
