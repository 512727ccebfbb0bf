package io.pledgemq.server.alert;

import io.pledgemq.engine.command.Alert;
import io.pledgemq.server.config.AlertsConfig;
import java.util.Map;
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
    private final Map<Alert.Kind, LongAdder> raised = new ConcurrentHashMap<>();

    public Alerts(AlertsConfig config) {
        this.webhook = config.webhook().map(Webhook::new).orElse(null);
    }

    @Override
    public void accept(Alert alert) {
        raised.computeIfAbsent(alert.kind(), kind -> new LongAdder()).increment();
        if (alert.kind() == Alert.Kind.DISK_FREE) {
            LOG.info("{} {}: {}", alert.kind(), alert.subject(), alert.text());
        } else {
            LOG.warn("{} {}: {}", alert.kind(), alert.subject(), alert.text());
        }
        if (webhook != null) {
            webhook.post(alert);
        }
    }

    /** How many of a kind were raised since the start. */
    public long raised(Alert.Kind kind) {
        LongAdder count = raised.get(kind);
        return count == null ? 0 : count.sum();
    }

    /** How many did not reach the webhook since the start. */
    public long undelivered() {
        return webhook == null ? 0 : webhook.undelivered();
    }

    @Override
    public void close() {
        if (webhook != null) {
            webhook.close();
        }
    }
}
