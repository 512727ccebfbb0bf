package io.pledgemq.server.health;

import io.pledgemq.engine.Engine;
import io.pledgemq.engine.command.Alert;
import io.pledgemq.engine.view.EngineStats;
import io.pledgemq.server.health.Concern.Code;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every few seconds for what needs a person, and raises the alerts that the engine does not raise: once when a
 * concern begins, again when it gets worse. Thread-safe.
 */
public final class Attention implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Attention.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    private static final long ENGINE_ANSWERS_WITHIN_SECONDS = 10;

    /** The engine raises alerts for the others, or they are about alerts. */
    private static final Set<Code> OURS = EnumSet.of(
            Code.AUDIT_UNAVAILABLE,
            Code.GROUP_BEHIND,
            Code.CERTIFICATE_ENDS,
            Code.CERTIFICATE_REFUSED,
            Code.USERS_REFUSED);

    private final Engine engine;
    private final Facts facts;
    private final InstantSource clock;
    private final Map<Code, Concern> told = new EnumMap<>(Code.class);
    private volatile List<Concern> last = List.of();
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "pledgemq-attention");
        thread.setDaemon(true);
        return thread;
    });

    private Attention(Engine engine, Facts facts, InstantSource clock) {
        this.engine = engine;
        this.facts = facts;
        this.clock = clock;
    }

    /** Without looking by itself. */
    public static Attention of(Engine engine, Facts facts, InstantSource clock) {
        return new Attention(engine, facts, clock);
    }

    /** Looks at once, and from now on until closed. */
    public static Attention start(Engine engine, Facts facts) {
        Attention attention = of(engine, facts, InstantSource.system());
        var unused = attention.watch.scheduleWithFixedDelay(
                attention::lookGuarded, 0, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        return attention;
    }

    /** All kinds of alerts, the engine's too. */
    public static List<String> kinds() {
        return Stream.concat(
                        Stream.of(Alert.Kind.values()).map(Enum::name),
                        OURS.stream().map(Enum::name))
                .toList();
    }

    /** Where it shows. */
    public Facts facts() {
        return facts;
    }

    /** What needs a person, by these figures of the engine. */
    public List<Concern> now(EngineStats stats) {
        return new Concerns(stats, facts, clock.instant()).find();
    }

    /** What needed a person when this looked last; a few seconds ago. */
    public List<Concern> last() {
        return last;
    }

    private void lookGuarded() {
        FutureTask<Boolean> guarded = new FutureTask<>(this::look);
        guarded.run();
        try {
            guarded.get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof ExecutionException) && !(e.getCause() instanceof TimeoutException)) {
                // The edge of a thread: the next look must come whatever happened now.
                LOG.error("what needs a person could not be looked for; the next look is in {}", LOOK_EVERY, e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks, and raises alerts for what is new or worse. */
    synchronized boolean look() throws ExecutionException, TimeoutException, InterruptedException {
        // An empty write finds out whether the directory is there before somebody needs it.
        var unused = facts.audit().flush();
        EngineStats stats = engine.desk().stats().get(ENGINE_ANSWERS_WITHIN_SECONDS, TimeUnit.SECONDS);
        List<Concern> found = now(stats);
        last = found;
        Map<Code, Concern> here = new EnumMap<>(Code.class);
        found.stream()
                .filter(concern -> OURS.contains(concern.code()))
                .forEach(concern -> here.merge(
                        concern.code(), concern, (one, other) -> one.level() >= other.level() ? one : other));
        here.forEach((code, concern) -> {
            Concern before = told.get(code);
            if (before == null || before.level() < concern.level()) {
                facts.alerts().raise(code.name(), "", concern.text() + " (" + concern.command() + ")");
            }
        });
        told.keySet().stream().filter(code -> !here.containsKey(code)).forEach(code -> facts.alerts()
                .over(code.name()));
        told.clear();
        told.putAll(here);
        return !found.isEmpty();
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }
}
