package io.pledgemq.server.config;

import java.util.Optional;

/**
 * A separate address for administration, metrics and health, so that a firewall can treat them differently from
 * messaging.
 */
public record AdminConfig(
        @Setting(
                value = "127.0.0.1",
                pattern = "[^\\s/]{1,255}",
                accepts = "a host name or an IP address",
                text = "Address of the separate admin listener; used only if `admin.port` is set.")
        String host,

        @Setting(
                min = "0",
                max = "65535",
                text = "TCP port of the separate admin listener; without it `listen.port` serves everything.")
        Optional<Integer> port) {}
