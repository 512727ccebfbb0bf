package io.pledgemq.server.config;

import io.pledgemq.engine.command.Limits;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds values that are valid alone and contradict each other. Ignores keys that could not be read. */
final class Contradictions {

    private final ServerConfig config;
    private final Layers layers;
    private final Problems problems;

    Contradictions(ServerConfig config, Layers layers, Problems problems) {
        this.config = config;
        this.layers = layers;
        this.problems = problems;
    }

    void find() {
        addresses();
        tls();
        delivery();
        sizes();
        topicsAndGroups();
    }

    private void addresses() {
        open("listen.host", config.listen().host());
        Optional<Integer> adminPort = config.admin().port();
        if (adminPort.isPresent()) {
            open("admin.host", config.admin().host());
        }
        unless(
                adminPort.isEmpty()
                        || adminPort.get() == 0
                        || adminPort.get() != config.listen().port()
                        || !config.admin().host().equals(config.listen().host()),
                "the separate admin listener cannot have the port of the other one: %s, %s; remove admin.port to serve"
                        + " both on one port",
                "admin.port",
                "listen.port");
    }

    private void open(String hostKey, String host) {
        BindRule.Verdict verdict = BindRule.judge(new BindRule.Binding(
                BindRule.reachableByText(List.of(host)),
                config.access().authentication(),
                config.tls().enabled(),
                config.access().insecure()));
        unless(
                verdict.allowed(),
                "%s is not loopback, so clients must be known and connections encrypted: %s, %s; set authentication to"
                        + " on and TLS to generated or files, or accept the risk with access.insecure: on",
                hostKey,
                "access.authentication",
                "tls.mode");
    }

    private void tls() {
        TlsConfig tls = config.tls();
        boolean files = tls.mode() == TlsConfig.Mode.FILES;
        boolean bothFiles = tls.certificateFile().isPresent() && tls.keyFile().isPresent();
        boolean noFile = tls.certificateFile().isEmpty() && tls.keyFile().isEmpty();
        unless(
                files ? bothFiles : noFile,
                "%s goes with %s and %s: both files for mode files, neither for generated and off",
                "tls.mode",
                "tls.certificate-file",
                "tls.key-file");
        boolean asked = tls.clientCertificate() != TlsConfig.ClientCertificate.OFF;
        unless(
                asked == tls.clientCaFile().isPresent(),
                "client certificates are asked for with both or neither of %s and %s",
                "tls.client-certificate",
                "tls.client-ca-file");
        unless(
                !asked || tls.enabled(),
                "%s needs TLS, but %s; set the mode to generated or files",
                "tls.client-certificate",
                "tls.mode");
    }

    private void delivery() {
        DeliveryConfig delivery = config.delivery();
        ascending(delivery.longPollMin(), "delivery.long-poll-min", delivery.longPoll(), "delivery.long-poll");
        ascending(delivery.longPoll(), "delivery.long-poll", delivery.longPollMax(), "delivery.long-poll-max");
        ascending(delivery.invisibleMin(), "delivery.invisible-min", delivery.invisibleMax(), "delivery.invisible-max");
        ascending(config.checks().interval(), "checks.interval", config.checks().cap(), "checks.cap");
    }

    private void sizes() {
        ascending(config.limits().body(), "limits.body", config.limits().bytesInFlight(), "limits.bytes-in-flight");
        ascending(config.limits().tag(), "limits.tag", config.limits().filter(), "limits.filter");
        ascending(
                config.limits().unreadBodies(),
                "limits.unread-bodies",
                config.limits().unreadBodiesOfAll(),
                "limits.unread-bodies-of-all");
        Limits limits = config.limits().engine();
        unless(
                config.store().fits(limits),
                "the largest message does not fit a segment: %s, %s, %s; use larger segments or smaller limits",
                "store.segment",
                "limits.body",
                "limits.properties-size");
    }

    private void topicsAndGroups() {
        unless(
                config.topics().size() <= config.limits().topics(),
                "more topics than %2$s allows: " + config.topics().size(),
                "topics",
                "limits.topics");
        unless(
                config.groups().size() <= config.limits().groups(),
                "more groups than %2$s allows: " + config.groups().size(),
                "groups",
                "limits.groups");
        for (GroupSetting group : config.groups()) {
            unless(
                    group.fifo() || !group.deadLetterBlocks(),
                    "group " + group.name().replace("%", "%%")
                            + " has dead-letter-blocks without fifo; only an order can be blocked",
                    "groups");
        }
    }

    private <T extends Comparable<T>> void ascending(T low, String lowKey, T high, String highKey) {
        unless(low.compareTo(high) <= 0, "%s must not be more than %s", lowKey, highKey);
    }

    /**
     * Adds a problem unless the condition holds.
     *
     * @param what a format that gets each key with its value and origin
     */
    private void unless(boolean fine, String what, String... paths) {
        if (fine || Arrays.stream(paths).anyMatch(layers::isUnreadable)) {
            return;
        }
        // The place that the user can change: a default has none.
        String place = Arrays.stream(paths)
                .filter(path -> !(layers.origin(path) instanceof Origin.Default))
                .findFirst()
                .orElse(paths[0]);
        Object[] told = Arrays.stream(paths).map(this::told).toArray();
        problems.add(layers.origin(place), "", String.format(Locale.ROOT, what, told));
    }

    private String told(String path) {
        Key key = SettingTable.find(path).orElseThrow();
        String value = key.show(layers.value(key)).orElse("not set");
        return path + " = " + value + " (" + layers.origin(path).text() + ")";
    }
}
