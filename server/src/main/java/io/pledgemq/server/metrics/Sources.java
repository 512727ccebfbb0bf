package io.pledgemq.server.metrics;

import io.pledgemq.engine.Engine;
import io.pledgemq.engine.command.Alert;
import io.pledgemq.server.alert.Alerts;
import io.pledgemq.server.grpc.ConnectedClients;
import io.pledgemq.server.net.Connections;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where figures come from.
 *
 * @param data directory whose disk is measured
 * @param reserveBytes of that disk, which new messages leave alone
 */
public record Sources(
        Engine engine, ConnectedClients clients, Connections connections, Alerts alerts, Path data, long reserveBytes) {
    private static final Logger LOG = LoggerFactory.getLogger(Sources.class);

    Stream<Family> families() {
        Family raised = Family.counter("pledgemq_alerts", "Alerts raised since the start.", "kind");
        for (Alert.Kind kind : Alert.Kind.values()) {
            raised.add(alerts.raised(kind), kind.name().toLowerCase(Locale.ROOT));
        }
        return Stream.concat(
                Stream.of(
                        raised,
                        Family.counter("pledgemq_alerts_undelivered", "Alerts that did not reach the webhook.")
                                .add(alerts.undelivered()),
                        Family.gauge("pledgemq_clients", "Messaging clients that are connected.")
                                .add(clients.all().size()),
                        Family.gauge("pledgemq_connections", "Open connections.")
                                .add(connections.count()),
                        Family.counter("pledgemq_connections_refused", "Connections refused: there were too many.")
                                .add(connections.refused()),
                        Family.gauge("pledgemq_connections_unread", "Connections not read: they leave answers unread.")
                                .add(connections.unread()),
                        Family.gauge("pledgemq_unread_bodies_bytes", "Bodies on their way to clients.")
                                .add(clients.unreadBodyBytes()),
                        Family.gauge("pledgemq_partial_requests_bytes", "Kept of requests that have not come whole.")
                                .add(connections.partialBytes()),
                        Family.counter("pledgemq_partial_requests_refused", "Refused before they had come whole.")
                                .add(connections.givenUp()),
                        Family.gauge("pledgemq_disk_reserve_bytes", "Space that new messages leave alone.")
                                .add(reserveBytes)),
                disk());
    }

    private Stream<Family> disk() {
        try {
            return Stream.of(Family.gauge("pledgemq_disk_free_bytes", "Space left on the disk of the data directory.")
                    .add(Files.getFileStore(data).getUsableSpace()));
        } catch (IOException e) {
            LOG.warn("the disk of {} cannot be measured: {}", data, e.toString());
            return Stream.empty();
        }
    }
}
