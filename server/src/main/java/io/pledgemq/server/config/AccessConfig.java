package io.pledgemq.server.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Authentication and users. */
public record AccessConfig(
        @Setting(
                value = "off",
                text = "Whether messaging clients must sign their requests."
                        + " Administration always needs a credential.")
        boolean authentication,

        @Setting(text = "File with users, secrets and permissions; without it, the one in the data directory.")
        Optional<Path> usersFile,

        @Setting(
                pattern = "[^\\s/,]{1,255}",
                accepts = "host names, without scheme, port or path",
                text = "Host names by which browsers may reach the server, besides loopback and `listen.host`;"
                        + " a request for any other host is refused.")
        List<String> hosts,

        @Setting(
                value = "off",
                text = "Allows an address that is not loopback without authentication or without TLS."
                        + " Everybody who reaches the port can then read and decide everything.")
        boolean insecure) {

    public AccessConfig {
        hosts = List.copyOf(hosts);
    }
}
