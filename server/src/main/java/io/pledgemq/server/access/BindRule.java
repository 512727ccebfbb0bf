package io.pledgemq.server.access;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * May the server listen there? On loopback always. Elsewhere only with authentication and TLS, and then without the
 * plaintext that the same port would take too; or with the flag {@value #ESCAPE_HATCH}, which the console and the
 * health page then show.
 */
public final class BindRule {

    /** Flag that lets a server listen to a network without authentication or TLS. */
    public static final String ESCAPE_HATCH = "--insecure-i-understand";

    private BindRule() {}

    /**
     * What is configured.
     *
     * @param addresses all addresses to listen on
     * @param authentication whether clients must prove who they are
     * @param tls whether a certificate of the operator's own is configured
     * @param escapeHatch whether {@value #ESCAPE_HATCH} was given
     */
    public record Binding(List<InetAddress> addresses, boolean authentication, boolean tls, boolean escapeHatch) {

        /** Copies the list. */
        public Binding {
            addresses = List.copyOf(addresses);
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

    /** Judges what is configured. */
    public static Verdict judge(Binding binding) {
        List<String> reachable = binding.addresses().stream()
                .filter(address -> !address.isLoopbackAddress())
                .map(InetAddress::getHostAddress)
                .toList();
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
                            + ESCAPE_HATCH + ": whoever reaches it can read, send and settle messages.");
        }
        return new Verdict(
                false,
                false,
                false,
                "Cannot listen on " + String.join(", ", reachable) + " without " + lacking
                        + ".\n  why:  whoever reaches"
                        + " that address could read, send and settle messages.\n  next: configure "
                        + String.join(" and ", missing) + ", or bind to 127.0.0.1; " + ESCAPE_HATCH
                        + " starts it all the same.");
    }
}
