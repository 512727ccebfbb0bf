package io.pledgemq.bench.client;

import java.time.Duration;
import org.apache.rocketmq.client.apis.ClientConfiguration;
import org.apache.rocketmq.client.apis.ClientConfigurationBuilder;
import org.apache.rocketmq.client.apis.ClientServiceProvider;
import org.apache.rocketmq.client.apis.StaticSessionCredentialsProvider;
import picocli.CommandLine.Option;

/** Where the load goes. */
final class Target {
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

    ClientConfiguration configuration() {
        ClientConfigurationBuilder builder = ClientConfiguration.newBuilder()
                .setEndpoints(endpoint)
                .setRequestTimeout(REQUEST_TIMEOUT)
                .enableSsl(!plaintext);
        if (!user.isEmpty()) {
            String secret = System.getenv(secretVariable);
            if (secret == null) {
                throw new IllegalArgumentException(
                        "--user needs its secret in the environment variable " + secretVariable + ", which is not set");
            }
            builder.setCredentialProvider(new StaticSessionCredentialsProvider(user, secret));
        }
        return builder.build();
    }
}
