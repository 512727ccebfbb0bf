package io.pledgemq.server.net;

/** Formats an address: an IPv6 address is in brackets, so that its colons differ from the port's. */
public final class HostPort {
    private HostPort() {}

    /** Returns the host in the form that a URL has. */
    public static String inUrl(String host) {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    public static String of(String host, int port) {
        return inUrl(host) + ":" + port;
    }
}
