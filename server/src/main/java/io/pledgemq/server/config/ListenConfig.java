package io.pledgemq.server.config;

/** The address for clients, and for administration unless that has its own. */
public record ListenConfig(
        @Setting(
                value = "127.0.0.1",
                pattern = "[^\\s/]{1,255}",
                accepts = "a host name or an IP address",
                text = "Address to bind. Anything but loopback needs `access.authentication: on` and TLS.")
        String host,

        @Setting(value = "8081", min = "0", max = "65535", text = "TCP port; 0 takes any free one.")
        int port) {}
