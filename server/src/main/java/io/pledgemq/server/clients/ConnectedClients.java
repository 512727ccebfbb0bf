package io.pledgemq.server.clients;

import io.pledgemq.engine.command.Message;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The messaging clients that are connected. Thread-safe. */
public interface ConnectedClients {

    /**
     * A connected client. The client itself reports everything but user and remote.
     *
     * @param id its name for itself
     * @param user authenticated user; empty where authentication is off
     * @param type producer, push-consumer, simple-consumer; unknown before its settings arrive
     * @param version of its library; empty if it reports none
     * @param remote address it connects from
     * @param topics the first hundred that it sends to or receives from
     * @param group consumer group; empty for a producer
     * @param leases messages that a push consumer works on now
     * @param streaming whether its telemetry stream is open, so that it can be asked questions
     * @param silent time since its last request
     */
    record Client(
            String id,
            String user,
            String type,
            String language,
            String version,
            String remote,
            List<String> topics,
            String group,
            int leases,
            boolean streaming,
            Duration silent) {
        public Client {
            topics = List.copyOf(topics);
        }
    }

    /**
     * How a client's handler took a message.
     *
     * @param consumed whether the handler succeeded
     * @param code in the protocol's words
     * @param text the client's explanation; may be empty
     */
    record Trial(boolean consumed, String code, String text) {}

    /** Returns all clients, ordered by id and user. */
    List<Client> all();

    /**
     * Returns whether a producer of the topic is connected. A producer that lists the maximum number of topics may have
     * more, so it counts.
     */
    boolean sendsTo(String topic);

    /** Returns the bytes of message bodies that were written to clients and not read by them yet. */
    long unreadBodyBytes();

    /**
     * Asks a client for a dump of its threads. Fails with {@link IllegalStateException} if it has no open stream, and
     * with {@link java.util.concurrent.TimeoutException} if it does not answer within ten seconds. Empty if there is no
     * such client.
     */
    Optional<CompletableFuture<String>> threads(String id, String user);

    /**
     * Lets a push consumer's handler process a message now, outside all deliveries: nothing is leased, counted or
     * settled, but the handler's effects are real. Fails as {@link #threads} does; a handler that takes longer goes on.
     * Empty if there is no such client.
     */
    Optional<CompletableFuture<Trial>> tryOut(String id, String user, Message message);
}
