package io.pledgemq.server.health;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What probes answer. Ready means that clients are served: not while the engine recovers, and not from the moment when
 * the server begins to stop. A full disk leaves it ready, and says so: decisions, acknowledgements and deliveries,
 * which free the space, must still reach the server. Thread-safe.
 */
public final class Health {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Lifecycle lifecycle;
    private final RecoveryProgress recovery;
    private volatile BooleanSupplier diskFull = () -> false;
    private volatile Supplier<List<Concern>> attention = List::of;

    public Health(Lifecycle lifecycle, RecoveryProgress recovery) {
        this.lifecycle = lifecycle;
        this.recovery = recovery;
    }

    /** The engine is open: from now on it is asked whether the disk is full. */
    public void watchDisk(BooleanSupplier full) {
        diskFull = full;
    }

    /** From now on it is asked what needs a person. */
    public void watchAttention(Supplier<List<Concern>> concerns) {
        attention = concerns;
    }

    public boolean ready() {
        return lifecycle.ready();
    }

    Lifecycle lifecycle() {
        return lifecycle;
    }

    /**
     * For people and programs: one JSON object, nothing secret in it and no name.
     *
     * @param figures whether the caller may have those, too
     */
    String json(boolean figures) {
        Lifecycle.Phase phase = lifecycle.now().phase();
        ObjectNode node = MAPPER.createObjectNode();
        node.put("ready", phase == Lifecycle.Phase.READY);
        node.put("phase", spelling(phase));
        if (phase == Lifecycle.Phase.RECOVERING) {
            RecoveryProgress.Now now = recovery.now();
            node.putObject("recovery")
                    .put("phase", spelling(now.phase()))
                    .put("percent", now.percent())
                    .put("doneBytes", now.doneBytes())
                    .put("totalBytes", now.totalBytes());
        } else {
            node.put("newMessages", diskFull.getAsBoolean() ? "refused: the disk is full" : "taken");
            List<Concern> concerns = attention.get();
            node.put("needsAttention", !concerns.isEmpty());
            if (figures) {
                ObjectNode counts = node.putObject("attention");
                concerns.forEach(concern -> counts.put(concern.code().spelling(), concern.count()));
            }
        }
        return node.toString();
    }

    private static String spelling(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
