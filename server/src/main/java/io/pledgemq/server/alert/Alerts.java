package io.pledgemq.server.alert;

import io.pledgemq.engine.command.Alert;
import io.pledgemq.server.config.AlertsConfig;
import io.pledgemq.server.net.Guarded;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes alerts on: to the log, to the webhook, if one is configured, and to all listeners. Never blocks. */
public final class Alerts implements Consumer<Alert>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("io.pledgemq.alert");

    private final @Nullable Webhook webhook;
    private final Map<String, LongAdder> raised = new ConcurrentHashMap<>();

    private final List<AlertListener> listeners;

    /**
     * @param server its name unless the configuration gives it one
     * @param listeners hear every alert
     */
    public Alerts(AlertsConfig config, String server, List<AlertListener> listeners) {
        String name = config.serverName().orElse(server);
        this.listeners = List.copyOf(listeners);
        this.webhook = config.webhook().map(url -> new Webhook(url, name)).orElse(null);
    }

    @Override
    public void accept(Alert alert) {
        if (alert.kind() == Alert.Kind.DISK_FREE) {
            count(alert.kind().name());
            LOG.info("{} {}: {}", alert.kind(), alert.subject(), alert.text());
            post(alert.kind().name(), alert.subject(), alert.text());
            pass(new AlertListener.Raised(alert.kind().name(), alert.subject(), alert.text(), false));
        } else {
            raise(alert.kind().name(), alert.subject(), alert.text());
        }
    }

    /** Raises an alert of the server itself. */
    public void raise(String kind, String subject, String text) {
        count(kind);
        LOG.warn("{}{}: {}", kind, subject.isEmpty() ? "" : " " + subject, text);
        post(kind, subject, text);
        pass(new AlertListener.Raised(kind, subject, text, false));
    }

    private void pass(AlertListener.Raised alert) {
        listeners.forEach(listener -> Guarded.run("a listener of alerts", () -> listener.on(alert)));
    }

    /** Reports that the condition of an earlier alert is over. */
    public void over(String kind) {
        LOG.info("{}: it is over", kind);
        post(kind + "_OVER", "", "it is over");
        pass(new AlertListener.Raised(kind, "", "", true));
    }

    private void count(String kind) {
        raised.computeIfAbsent(kind, key -> new LongAdder()).increment();
    }

    private void post(String kind, String subject, String text) {
        if (webhook != null) {
            webhook.post(new Webhook.Told(kind, subject, text));
        }
    }

    /** Returns how many of a kind were raised since the start. */
    public long raised(String kind) {
        LongAdder count = raised.get(kind);
        return count == null ? 0 : count.sum();
    }

    /** Returns how many did not reach the webhook since the start. */
    public long undelivered() {
        return webhook == null ? 0 : webhook.undelivered();
    }

    /** Returns why the last alert did not reach the webhook; empty if it did. */
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
