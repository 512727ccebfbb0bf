package io.pledgemq.faults.client;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.rocketmq.client.apis.ClientConfiguration;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.ClientServiceProvider;
import org.apache.rocketmq.client.apis.StaticSessionCredentialsProvider;
import org.apache.rocketmq.client.apis.consumer.FilterExpression;
import org.apache.rocketmq.client.apis.consumer.MessageListener;
import org.apache.rocketmq.client.apis.consumer.PushConsumer;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.Message;
import org.apache.rocketmq.client.apis.message.MessageBuilder;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.client.apis.producer.TransactionChecker;
import org.jspecify.annotations.Nullable;

/**
 * The official Java client as a new user writes it: nothing but the endpoint (and, where one is given, a credential) is
 * set. Closes what it made.
 */
public final class Official implements AutoCloseable {
    private static final ClientServiceProvider PROVIDER = ClientServiceProvider.loadService();
    private static final Duration WAIT = Duration.ofSeconds(3);
    /** A client waits for its long polls. */
    private static final long CLOSE_MS = 60_000;

    private final ClientConfiguration configuration;
    private final List<Closeable> made = Collections.synchronizedList(new ArrayList<>());

    public Official(String endpoint) {
        configuration = ClientConfiguration.newBuilder().setEndpoints(endpoint).build();
    }

    /** With a user's credential. */
    public Official(String endpoint, String user, String secret) {
        configuration = ClientConfiguration.newBuilder()
                .setEndpoints(endpoint)
                .setCredentialProvider(new StaticSessionCredentialsProvider(user, secret))
                .build();
    }

    private <T extends Closeable> T closing(T client) {
        made.add(client);
        return client;
    }

    public Producer producer(String... topics) throws ClientException {
        return closing(PROVIDER.newProducerBuilder()
                .setClientConfiguration(configuration)
                .setTopics(topics)
                .build());
    }

    public Producer transactional(TransactionChecker checker, String... topics) throws ClientException {
        return closing(PROVIDER.newProducerBuilder()
                .setClientConfiguration(configuration)
                .setTopics(topics)
                .setTransactionChecker(checker)
                .build());
    }

    public SimpleConsumer simple(String group, String topic) throws ClientException {
        return simple(group, topic, FilterExpression.SUB_ALL);
    }

    public SimpleConsumer simple(String group, String topic, FilterExpression filter) throws ClientException {
        return closing(PROVIDER.newSimpleConsumerBuilder()
                .setClientConfiguration(configuration)
                .setConsumerGroup(group)
                .setAwaitDuration(WAIT)
                .setSubscriptionExpressions(Map.of(topic, filter))
                .build());
    }

    public PushConsumer push(String group, String topic, MessageListener listener) throws ClientException {
        return push(group, Set.of(topic), listener);
    }

    public PushConsumer push(String group, Set<String> topics, MessageListener listener) throws ClientException {
        return closing(PROVIDER.newPushConsumerBuilder()
                .setClientConfiguration(configuration)
                .setConsumerGroup(group)
                .setSubscriptionExpressions(topics.stream()
                        .collect(Collectors.toMap(Function.identity(), topic -> FilterExpression.SUB_ALL)))
                .setMessageListener(listener)
                .build());
    }

    public static MessageBuilder message(String topic) {
        return PROVIDER.newMessageBuilder().setTopic(topic);
    }

    public static Message message(String topic, String body) {
        return message(topic).setBody(bytes(body)).build();
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public static String body(MessageView view) {
        return StandardCharsets.UTF_8.decode(view.getBody()).toString();
    }

    public static byte[] bytesOf(MessageView view) {
        ByteBuffer body = view.getBody();
        byte[] bytes = new byte[body.remaining()];
        body.get(bytes);
        return bytes;
    }

    /** Closes one client before the others. */
    public void close(@Nullable Closeable client) throws IOException {
        if (client != null) {
            made.remove(client);
            client.close();
        }
    }

    @Override
    public void close() throws IOException {
        // They wait for their polls, so all of them at once.
        List<Thread> closing = Arrays.stream(made.toArray(Closeable[]::new))
                .map(client -> new Thread(() -> closeQuietly(client)))
                .toList();
        closing.forEach(Thread::start);
        for (Thread thread : closing) {
            try {
                thread.join(CLOSE_MS);
                if (thread.isAlive()) {
                    throw new IOException("A client is not closed after " + CLOSE_MS + " ms.");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static void closeQuietly(Closeable client) {
        try {
            client.close();
        } catch (IOException | RuntimeException e) {
            System.err.println("a client could not be closed: " + e);
        }
    }
}
