package io.pledgemq.bench.client;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.rocketmq.client.apis.ClientConfiguration;
import org.apache.rocketmq.client.apis.ClientConfigurationBuilder;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.ClientServiceProvider;
import org.apache.rocketmq.client.apis.StaticSessionCredentialsProvider;
import picocli.CommandLine.Option;

/** Where the load goes. */
final class Target {
    private static final String ADDRESS = "([^:;/]+|\\[[0-9a-fA-F:]+]):[0-9]{1,5}";
    private static final Pattern ENDPOINT = Pattern.compile(ADDRESS + "(;" + ADDRESS + ")*");
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

    static final ClientServiceProvider PROVIDER = ClientServiceProvider.loadService();

    @Option(
            names = "--endpoint",
            defaultValue = "127.0.0.1:8081",
            description = "host:port of a RocketMQ 5 endpoint (default: ${DEFAULT-VALUE})")
    private String endpoint = "";

    @Option(names = "--no-tls", description = "plaintext; the official client's default, and ours, is TLS")
    private boolean plaintext;

    @Option(names = "--user", defaultValue = "", description = "access key, if the server wants one")
    private String user = "";

    @Option(
            names = "--secret-variable",
            defaultValue = "PLEDGEMQ_BENCH_SECRET",
            description = "environment variable with its secret (default: ${DEFAULT-VALUE})")
    private String secretVariable = "";

    @Option(
            names = "--transaction-topic",
            defaultValue = "bench-tx",
            description = "topic of type TRANSACTION, which must exist (default: ${DEFAULT-VALUE})")
    private String transactionTopic = "";

    @Option(
            names = "--normal-topic",
            defaultValue = "bench-normal",
            description = "topic of type NORMAL, which must exist (default: ${DEFAULT-VALUE})")
    private String normalTopic = "";

    String topic(Scenario scenario) {
        return scenario.transactional() ? transactionTopic : normalTopic;
    }

    /** A client of the official library that connects while it is built. */
    interface Connecting<T> {
        T build() throws ClientException;
    }

    /** Builds a client that reaches the endpoint and finds its topic there. */
    static <T> T connected(Connecting<T> client) throws ClientFailedException {
        try {
            return client.build();
        } catch (ClientException | IllegalStateException e) {
            throw new ClientFailedException(e);
        }
    }

    /** What is wrong with it; empty if nothing is. */
    Optional<String> fault() {
        if (!ENDPOINT.matcher(endpoint).matches()) {
            return Optional.of("--endpoint must be host:port, such as 127.0.0.1:8081; found " + endpoint);
        }
        if (!user.isEmpty() && System.getenv(secretVariable) == null) {
            return Optional.of("--user needs its secret in the environment variable " + secretVariable
                    + ", which is not set; another one is named with --secret-variable");
        }
        return Optional.empty();
    }

    ClientConfiguration configuration() {
        ClientConfigurationBuilder builder = ClientConfiguration.newBuilder()
                .setEndpoints(endpoint)
                .setRequestTimeout(REQUEST_TIMEOUT)
                .enableSsl(!plaintext);
        if (!user.isEmpty()) {
            String secret = System.getenv(secretVariable);
            builder.setCredentialProvider(
                    new StaticSessionCredentialsProvider(user, Objects.requireNonNull(secret, secretVariable)));
        }
        return builder.build();
    }
}
