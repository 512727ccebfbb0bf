package io.pledgemq.server.metrics;

import io.pledgemq.engine.Engine;
import io.pledgemq.server.alert.Alerts;
import io.pledgemq.server.clients.ConnectedClients;
import io.pledgemq.server.health.Attention;
import io.pledgemq.server.health.Concern;
import io.pledgemq.server.net.Connections;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sources of the metrics.
 *
 * @param data directory whose disk is measured
 * @param reserveBytes of that disk, which new messages leave alone
 */
public record Sources(
        Engine engine,
        ConnectedClients clients,
        Connections connections,
        Attention attention,
        Path data,
        long reserveBytes) {
    private static final Logger LOG = LoggerFactory.getLogger(Sources.class);

    Stream<Family> families() {
        Family raised = Family.counter("pledgemq_alerts", "Alerts raised since the start.", "kind");
        Alerts alerts = attention.facts().alerts();
        Attention.kinds().forEach(kind -> raised.add(alerts.raised(kind), kind.toLowerCase(Locale.ROOT)));
        return Stream.concat(
                Stream.of(
                        certificates(),
                        Family.gauge("pledgemq_audit_writable", "0 while the audit log cannot be written.")
                                .add(attention.facts().audit().trouble().isPresent() ? 0 : 1),
                        Family.gauge(
                                        "pledgemq_audit_lost",
                                        "Audit entries lost since the last line that reports a loss.")
                                .add(attention.facts().audit().lost()),
                        Family.counter(
                                        "pledgemq_audit_files_lost",
                                        "Files of the audit log that another program moved or deleted.")
                                .add(attention.facts().audit().lostFiles()),
                        needs(),
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

    private Family certificates() {
        Family ends = Family.gauge(
                "pledgemq_certificate_expiry_timestamp_seconds", "When a certificate ends, in Unix time.", "whose");
        attention.facts().ends().forEach(end -> ends.add(end.at().getEpochSecond(), end.whose()));
        return ends;
    }

    private Family needs() {
        Family needs = Family.highest(
                "pledgemq_needs_attention", "What needs a person, as `server status` counts it.", "what");
        for (Concern.Code code : Concern.Code.values()) {
            needs.add(0, code.spelling());
        }
        attention
                .last()
                .forEach(concern -> needs.add(concern.count(), concern.code().spelling()));
        return needs;
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
