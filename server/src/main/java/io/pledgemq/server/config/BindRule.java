package io.pledgemq.server.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Decides whether the server may listen on an address. On loopback always. Elsewhere only with authentication and TLS,
 * and then without the plaintext that the same port would take too; or with {@value #ESCAPE_HATCH}, which the console
 * and the health page then show. It is applied twice: to the configuration's text, and to the addresses that its host
 * names resolve to.
 */
public final class BindRule {

    /** What lets a server listen to a network without authentication or TLS. */
    public static final String ESCAPE_HATCH = "access.insecure: on";

    private BindRule() {}

    /**
     * What is configured.
     *
     * @param reachable those of the addresses to listen on that are not loopback
     * @param authentication whether clients must prove who they are
     * @param tls whether TLS is on
     * @param escapeHatch whether {@value #ESCAPE_HATCH} is set
     */
    public record Binding(List<String> reachable, boolean authentication, boolean tls, boolean escapeHatch) {

        /** Copies the list. */
        public Binding {
            reachable = List.copyOf(reachable);
        }
    }

    /**
     * The answer.
     *
     * @param allowed whether the server may start so
     * @param plaintext whether it may take connections without TLS
     * @param exposed whether the escape hatch is all that lets it start; to be shown wherever people look
     * @param message why not or what is exposed, and what to do; empty if all is well
     */
    public record Verdict(boolean allowed, boolean plaintext, boolean exposed, String message) {}

    /** Of addresses, those that others can reach. */
    public static List<String> reachable(List<InetAddress> addresses) {
        return addresses.stream()
                .filter(address -> !address.isLoopbackAddress())
                .map(InetAddress::getHostAddress)
                .toList();
    }

    /** Of host names, those that may be reached by others: a name server must not decide whether one is safe. */
    static List<String> reachableByText(List<String> hosts) {
        return hosts.stream().filter(host -> !isLoopback(host)).toList();
    }

    private static boolean isLoopback(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost")
                || name.equals("::1")
                || name.equals("[::1]")
                || name.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    }

    /** Judges what is configured. */
    public static Verdict judge(Binding binding) {
        List<String> reachable = binding.reachable();
        List<String> missing = new ArrayList<>();
        if (!binding.authentication()) {
            missing.add("authentication");
        }
        if (!binding.tls()) {
            missing.add("TLS");
        }
        if (reachable.isEmpty()) {
            return new Verdict(true, true, false, "");
        }
        if (missing.isEmpty()) {
            return new Verdict(true, binding.escapeHatch(), false, "");
        }
        String lacking = String.join(" or ", missing);
        if (binding.escapeHatch()) {
            return new Verdict(
                    true,
                    true,
                    true,
                    "Listening on " + String.join(", ", reachable) + " without " + lacking + " because of "
                            + ESCAPE_HATCH + ": anybody who reaches it can read, send and settle messages.");
        }
        return new Verdict(
                false,
                false,
                false,
                "Cannot listen on " + String.join(", ", reachable) + " without " + lacking
                        + ".\n  why:  anybody who reaches"
                        + " that address could read, send and settle messages.\n  next: configure "
                        + String.join(" and ", missing) + ", or bind to 127.0.0.1; " + ESCAPE_HATCH
                        + " starts it all the same.");
    }
}
