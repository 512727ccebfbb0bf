package io.pledgemq.server.alert;

import io.pledgemq.engine.command.Alert;
import io.pledgemq.server.config.AlertsConfig;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the engine's alerts go: to the log, always, and to the webhook, if there is one. Never blocks. */
public final class Alerts implements Consumer<Alert>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("io.pledgemq.alert");

    private final @Nullable Webhook webhook;
    private final Map<String, LongAdder> raised = new ConcurrentHashMap<>();

    /** @param server how it is called; a configured name goes before */
    public Alerts(AlertsConfig config, String server) {
        String name = config.serverName().orElse(server);
        this.webhook = config.webhook().map(url -> new Webhook(url, name)).orElse(null);
    }

    @Override
    public void accept(Alert alert) {
        if (alert.kind() == Alert.Kind.DISK_FREE) {
            count(alert.kind().name());
            LOG.info("{} {}: {}", alert.kind(), alert.subject(), alert.text());
            post(alert.kind().name(), alert.subject(), alert.text());
        } else {
            raise(alert.kind().name(), alert.subject(), alert.text());
        }
    }

    /** Raises an alert that is none of the engine. */
    public void raise(String kind, String subject, String text) {
        count(kind);
        LOG.warn("{}{}: {}", kind, subject.isEmpty() ? "" : " " + subject, text);
        post(kind, subject, text);
    }

    /** What an alert was raised for is over. */
    public void over(String kind) {
        LOG.info("{}: it is over", kind);
        post(kind + "_OVER", "", "it is over");
    }

    private void count(String kind) {
        raised.computeIfAbsent(kind, key -> new LongAdder()).increment();
    }

    private void post(String kind, String subject, String text) {
        if (webhook != null) {
            webhook.post(new Webhook.Told(kind, subject, text));
        }
    }

    /** How many of a kind were raised since the start. */
    public long raised(String kind) {
        LongAdder count = raised.get(kind);
        return count == null ? 0 : count.sum();
    }

    /** How many did not reach the webhook since the start. */
    public long undelivered() {
        return webhook == null ? 0 : webhook.undelivered();
    }

    /** Why the last alert did not reach the webhook; empty if it did. */
    public Optional<String> trouble() {
        return webhook == null ? Optional.empty() : webhook.trouble();
    }

    @Override
    public void close() {
        if (webhook != null) {
            webhook.close();
        }
    }
}
