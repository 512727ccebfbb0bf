package io.pledgemq.cli;

import io.pledgemq.engine.io.DataDirectoryInUseException;
import io.pledgemq.engine.io.FileStorage;
import io.pledgemq.server.access.ServerAddress;
import io.pledgemq.server.config.ConfigSources;
import io.pledgemq.server.config.ServerConfig;
import io.pledgemq.server.config.TlsConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;

/**
 * Where a command acts. The server and the commands find the data directory in the same way: {@code --data}, else
 * {@code PLEDGEMQ_DATA}, else the configuration file, else {@code ./pledgemq-data}; there the running server has
 * written its address. {@code --endpoint} or {@code PLEDGEMQ_ENDPOINT} name a server in place of that. Two places that
 * are not the same are refused.
 */
final class CommandTarget {
    static final String ENDPOINT_VARIABLE = "PLEDGEMQ_ENDPOINT";
    static final String DATA_VARIABLE = "PLEDGEMQ_DATA";
    static final String DEFAULT_ENDPOINT = "http://127.0.0.1:8081";

    private final ConfigSources sources;
    private final Named named;
    private @Nullable ServerConfig config;

    /**
     * What the command line names; null where it names nothing.
     *
     * @param option that names a directory or configuration, such as {@code --data}, for messages
     */
    record Named(@Nullable String endpoint, @Nullable String option) {}

    /** @param sources file, environment and options, as a server would read them */
    CommandTarget(ConfigSources sources, Named named) {
        this.sources = sources;
        this.named = named;
    }

    /** Named by other options too; an endpoint that was named here stays. */
    CommandTarget in(ConfigSources otherSources, String option, @Nullable String otherEndpoint) {
        return new CommandTarget(
                otherSources, new Named(named.endpoint == null ? otherEndpoint : named.endpoint, option));
    }

    /** A variable of the environment; empty if it is not set. */
    String variable(String name) {
        return sources.environment().getOrDefault(name, "").strip();
    }

    /** The data directory. */
    Path data() throws CommandFailure {
        return config().data().toAbsolutePath().normalize();
    }

    private ServerConfig config() throws CommandFailure {
        ServerConfig read = config;
        if (read == null) {
            read = ConfigCheckCommand.load(sources).config();
            config = read;
        }
        return read;
    }

    /** Returns whether the user chose a data directory for this command, by option or environment. */
    boolean namesData() {
        return named.option != null || !variable(DATA_VARIABLE).isEmpty();
    }

    /** Returns whether the command line itself chose it. */
    boolean optionNamesData() {
        return named.option != null;
    }

    /** Returns whether the user chose a server, by option or environment. */
    boolean namesServer() {
        return named.endpoint != null || !variable(ENDPOINT_VARIABLE).isEmpty();
    }

    /** Returns whether a process has the engine in the data directory open. */
    boolean inUse() throws CommandFailure {
        Path directory = data();
        if (!OfflineEngine.holdsLog(directory)) {
            return false;
        }
        try {
            FileStorage.open(directory).close();
            return false;
        } catch (DataDirectoryInUseException e) {
            return true;
        } catch (IOException e) {
            // The next step on this directory reports what is wrong.
            return false;
        }
    }

    /** Where the server that uses the data directory is, or was when it was killed. */
    Optional<URI> ofData() throws CommandFailure {
        return ServerAddress.read(data());
    }

    /** The server to call. */
    URI endpoint() throws CommandFailure {
        if (named.endpoint != null) {
            return parsed(named.endpoint, "--endpoint");
        }
        String variable = variable(ENDPOINT_VARIABLE);
        if (!variable.isEmpty()) {
            URI endpoint = parsed(variable, ENDPOINT_VARIABLE);
            if (named.option != null) {
                requireSame(named.option, endpoint);
            }
            return endpoint;
        }
        Optional<URI> there = ofData();
        return there.isPresent() ? there.get() : configured();
    }

    private void requireSame(String option, URI endpoint) throws CommandFailure {
        Optional<URI> there = ofData();
        if (there.isPresent() && same(there.get(), endpoint)) {
            return;
        }
        throw new CommandFailure(
                ExitCode.USAGE,
                "This command has two targets, so it does nothing.",
                option + " names the data directory " + data() + ", "
                        + there.map(uri -> "whose server listens at " + uri).orElse("which no server uses now")
                        + "; " + ENDPOINT_VARIABLE + " names the server at " + endpoint + ".",
                "for the directory: leave " + ENDPOINT_VARIABLE + " out (" + ENDPOINT_VARIABLE
                        + "= ./pledgemq ...). For that server: leave " + option + " out, or add --endpoint " + endpoint
                        + " if the directory is its own.");
    }

    private static boolean same(URI one, URI other) {
        return port(one) == port(other)
                && (String.valueOf(one.getHost()).equalsIgnoreCase(other.getHost())
                        || (isLoopbackName(one) && isLoopbackName(other)));
    }

    private static boolean isLoopbackName(URI uri) {
        String host = String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT);
        return host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]");
    }

    /** The port of a URL, as it is or as its scheme has it. */
    static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return "https".equals(uri.getScheme()) ? 443 : 80;
    }

    /** Where a server of this configuration listens, if none has written where it does. */
    private URI configured() throws CommandFailure {
        ServerConfig read = config();
        boolean separate = read.admin().port().isPresent();
        String host = separate ? read.admin().host() : read.listen().host();
        int port = separate ? read.admin().port().get() : read.listen().port();
        if (port == 0) {
            throw new CommandFailure(
                    ExitCode.SOFTWARE,
                    "There is no server to call.",
                    "none has written its address in " + data() + ", and the configured port is 0: any free one.",
                    "start it with ./pledgemq server, or name a running one with --data or --endpoint.");
        }
        boolean anywhere = host.equals("0.0.0.0") || host.equals("::");
        boolean tls = read.tls().clientCertificate() == TlsConfig.ClientCertificate.REQUIRED
                || (read.tls().enabled()
                        && (anywhere || !isLoopback(host))
                        && !read.access().insecure());
        String reached = anywhere ? "127.0.0.1" : host;
        String authority = reached.contains(":") && !reached.startsWith("[") ? "[" + reached + "]" : reached;
        return parsed((tls ? "https://" : "http://") + authority + ":" + port, "listen.host");
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static URI parsed(String text, String source) throws CommandFailure {
        try {
            // What messaging clients are given is host:port; the same is taken here.
            URI endpoint = URI.create(text.contains("://") ? text : "http://" + text);
            boolean http = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
            if (endpoint.getHost() != null && http) {
                return endpoint;
            }
        } catch (IllegalArgumentException e) {
            throw noUrl(text, source);
        }
        throw noUrl(text, source);
    }

    private static CommandFailure noUrl(String text, String source) {
        return new CommandFailure(
                ExitCode.USAGE,
                "Cannot call " + text + ".",
                "it is no URL of a server.",
                "give one such as " + DEFAULT_ENDPOINT + " with " + source + ".");
    }

    /** A file of the data directory, if it can be read. */
    Optional<Path> file(String name) throws CommandFailure {
        Path file = data().resolve(name);
        return Files.isReadable(file) ? Optional.of(file) : Optional.empty();
    }
}
