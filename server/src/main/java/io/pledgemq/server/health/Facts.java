package io.pledgemq.server.health;

import io.pledgemq.server.alert.Alerts;
import io.pledgemq.server.audit.AuditLog;
import io.pledgemq.server.config.AlertsConfig;
import io.pledgemq.server.tls.Certificates;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What shows, beside the engine, whether a person is needed.
 *
 * @param certificates null without TLS
 * @param users why changed users are not in force; empty if they are
 * @param hasSender whether a client that sends to this topic is connected
 */
public record Facts(
        AlertsConfig limits,
        AuditLog audit,
        @Nullable Certificates certificates,
        Supplier<Optional<String>> users,
        Predicate<String> hasSender,
        Alerts alerts) {

    /** When the certificates end; empty without TLS. */
    public List<Certificates.End> ends() {
        return certificates == null ? List.of() : certificates.ends();
    }
}
