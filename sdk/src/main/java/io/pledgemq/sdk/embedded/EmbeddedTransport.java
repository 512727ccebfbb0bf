package io.pledgemq.sdk.embedded;

import io.pledgemq.engine.Engine;
import io.pledgemq.engine.EngineConfig;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.sdk.errors.EngineUnavailableException;
import io.pledgemq.sdk.errors.MessageRefusedException;
import io.pledgemq.sdk.errors.MessageRefusedException.Reason;
import io.pledgemq.sdk.transport.Checker;
import io.pledgemq.sdk.transport.Checkers;
import io.pledgemq.sdk.transport.Decision;
import io.pledgemq.sdk.transport.DecisionResult;
import io.pledgemq.sdk.transport.GroupDeclaration;
import io.pledgemq.sdk.transport.Limits;
import io.pledgemq.sdk.transport.Origin;
import io.pledgemq.sdk.transport.OutgoingMessage;
import io.pledgemq.sdk.transport.PrepareResult;
import io.pledgemq.sdk.transport.Receiver;
import io.pledgemq.sdk.transport.TopicKind;
import io.pledgemq.sdk.transport.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transport to an engine in this process. Several services with several databases may share one. An unknown topic is
 * created by its first message or subscriber, unless {@link UnknownTopics#REFUSE} was chosen; create FIFO and delay
 * topics yourself, and before their first use.
 *
 * <p>A consumer group is declared when it is new, and when the code declares it otherwise than it did last time, which
 * is remembered beside the engine's files. In between an operator may change its retries and what happens when they are
 * exhausted.
 *
 * <p>The engine's directory belongs to one process: a second one is refused.
 */
public final class EmbeddedTransport implements Transport {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedTransport.class);
    private static final Duration FIRST_CHECK = Duration.ofSeconds(10);

    private final Engine engine;
    private final EmbeddedTopics topics;
    private final Limits limits;
    private final PrepareBudget budget;
    private final Duration firstCheck;
    private final boolean ownsEngine;
    private final DeclaredGroups declared;
    private final UnknownTopics unknownTopics;
    private final Checkers registered = new Checkers();
    private final OpenGroups openGroups = new OpenGroups();
    private final EmbeddedChecks checks;

    private EmbeddedTransport(
            Engine engine,
            Limits limits,
            Duration firstCheck,
            boolean ownsEngine,
            DeclaredGroups declared,
            UnknownTopics unknownTopics) {
        this.declared = declared;
        this.unknownTopics = unknownTopics;
        this.engine = engine;
        this.limits = limits;
        this.budget = new PrepareBudget(engine.limits().bytesInFlight());
        this.firstCheck = firstCheck;
        this.ownsEngine = ownsEngine;
        this.checks = new EmbeddedChecks(engine);
        this.topics = new EmbeddedTopics(engine);
    }

    /** Opens an engine with its defaults in this directory, which is created if need be. */
    public static EmbeddedTransport open(Path directory) {
        return open(directory, EngineConfig.defaults(), FIRST_CHECK);
    }

    /**
     * Opens an engine in this directory; closing the transport closes it.
     *
     * @param firstCheck how long a sender has to decide before it is asked
     * @throws EngineUnavailableException if the directory is in use or cannot be used
     */
    public static EmbeddedTransport open(Path directory, EngineConfig config, Duration firstCheck) {
        return open(directory, config, firstCheck, UnknownTopics.CREATE);
    }

    /** As {@link #open(Path, EngineConfig, Duration)}; says what becomes of topics that do not exist. */
    public static EmbeddedTransport open(
            Path directory, EngineConfig config, Duration firstCheck, UnknownTopics unknownTopics) {
        try {
            Engine engine = Engine.open(directory, config);
            DeclaredGroups declared = DeclaredGroups.in(directory);
            return new EmbeddedTransport(
                    engine, Answers.limits(config.limits()), firstCheck, true, declared, unknownTopics);
        } catch (IOException e) {
            throw new EngineUnavailableException(
                    "no engine could be opened in " + directory + ": " + e.getMessage()
                            + "; one process at a time may use it, and it must be able to write there",
                    e);
        }
    }

    /**
     * Uses an engine that somebody else opened, and does not close it. Remembers what was declared of groups with this
     * object only.
     */
    public static EmbeddedTransport on(Engine engine) {
        return on(engine, UnknownTopics.CREATE);
    }

    /** As {@link #on(Engine)}; says what becomes of topics that do not exist. */
    public static EmbeddedTransport on(Engine engine, UnknownTopics unknownTopics) {
        return new EmbeddedTransport(
                engine, Answers.limits(engine.limits()), FIRST_CHECK, false, DeclaredGroups.inMemory(), unknownTopics);
    }

    /** For operators: dead letters, undecided messages, counters. */
    public Engine engine() {
        return engine;
    }

    /**
     * An ordinary topic: no order, no delay. One that exists keeps its number of queues, which a server may have set.
     */
    public void createTopic(String topic) {
        create(topic, TopicType.TRANSACTION);
    }

    /** Messages of one message group are delivered in the order of their commits. */
    public void createFifoTopic(String topic) {
        create(topic, TopicType.FIFO);
    }

    /** Messages may have a time before which they are not delivered. */
    public void createDelayTopic(String topic) {
        create(topic, TopicType.DELAY);
    }

    private void create(String topic, TopicType type) {
        Answers.requireDone(await(engine.ensureTopic(topic, type)));
        topics.created(topic, type);
    }

    @Override
    public String engineId() {
        return engine.id().toString();
    }

    @Override
    public Limits limits() {
        return limits;
    }

    @Override
    public Optional<TopicKind> topicKind(String topic) {
        return topics.kindOf(topic);
    }

    @Override
    public Optional<TopicKind> topicKindNow(String topic) {
        return topics.kindNow(topic);
    }

    /** Waits while more bytes are on their way than the engine takes, so the whole may be larger than that. */
    @Override
    public List<PrepareResult> prepare(List<OutgoingMessage> messages) {
        List<CompletableFuture<Outcome>> calls =
                messages.stream().map(this::submit).toList();
        List<Outcome> outcomes = calls.stream().map(call -> await(call)).toList();
        List<PrepareResult> results = new ArrayList<>();
        for (int i = 0; i < outcomes.size(); i++) {
            results.add(result(messages.get(i), outcomes.get(i)));
        }
        return results;
    }

    private PrepareResult result(OutgoingMessage message, Outcome first) {
        if (isRefused(first, Refusal.UNKNOWN_TOPIC)) {
            return prepareUnknown(message);
        } else if (isRefused(first, Refusal.TOO_MANY_IN_FLIGHT)) {
            // An engine that others use too, or one with a smaller bound: by now nothing of this call is on its way.
            return Answers.prepared(await(submit(message)));
        }
        return Answers.prepared(first);
    }

    private static boolean isRefused(Outcome outcome, Refusal why) {
        return outcome instanceof Outcome.Refused refused && refused.why() == why;
    }

    private PrepareResult prepareUnknown(OutgoingMessage message) {
        if (!mayCreate(message.topic())) {
            return new PrepareResult.Refused(Reason.UNKNOWN_TOPIC, unknown(message.topic()));
        }
        createFor(message);
        return Answers.prepared(await(submit(message)));
    }

    private boolean mayCreate(String topic) {
        if (unknownTopics == UnknownTopics.CREATE) {
            return true;
        }
        return topic.startsWith(UNDO_PREFIX)
                && topics.typeOf(topic.substring(UNDO_PREFIX.length())).isPresent();
    }

    private static String unknown(String topic) {
        return "topic '" + topic
                + "' does not exist, and this transport creates none: correct the name, or create it with "
                + "createTopic, createFifoTopic or createDelayTopic";
    }

    private CompletableFuture<Outcome> submit(OutgoingMessage message) {
        int bytes = message.body().sizeBytes();
        Message half = Answers.message(message);
        budget.take(bytes);
        return engine.prepare(half, Answers.sender(message.origin()), firstCheck, message.ordered())
                .whenComplete((outcome, failure) -> budget.giveBack(bytes));
    }

    private void createFor(OutgoingMessage message) {
        if (message.messageGroup() != null) {
            create(message.topic(), TopicType.FIFO);
        } else if (message.deliverAt() != null) {
            create(message.topic(), TopicType.DELAY);
        } else {
            ensureTopic(message.topic());
        }
    }

    @Override
    public CompletionStage<List<DecisionResult>> decide(List<Decision> decisions) {
        List<CompletableFuture<DecisionResult>> calls = new ArrayList<>();
        for (Decision decision : decisions) {
            calls.add(Answers.decide(engine, decision).handle((outcome, failure) -> Answers.decided(outcome)));
        }
        return CompletableFuture.allOf(calls.toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> calls.stream().map(CompletableFuture::join).toList());
    }

    @Override
    public Registration registerChecker(Origin origin, Checker checker) {
        Registration admitted = registered.add(origin, checker);
        Registration asked = checks.register(origin, checker);
        return () -> {
            asked.close();
            admitted.close();
        };
    }

    @Override
    public Set<String> settledAmong(Collection<String> messageIds) {
        Set<String> settled = new HashSet<>(messageIds);
        List<MessageId> ids = messageIds.stream().map(MessageId::of).toList();
        engine.desk().undecidedAmong(ids).join().forEach(id -> settled.remove(id.text()));
        return settled;
    }

    /** The engine holds what is undecided in memory, so the answer is exact. */
    @Override
    public boolean knowsAllSettled() {
        return true;
    }

    @Override
    public void ensureTopic(String topic) {
        if (unknownTopics == UnknownTopics.REFUSE && topics.typeOf(topic).isEmpty() && !mayCreate(topic)) {
            throw new MessageRefusedException(Reason.UNKNOWN_TOPIC, unknown(topic));
        }
        Outcome outcome = await(engine.ensureTopic(topic, TopicType.TRANSACTION));
        boolean otherType = outcome instanceof Outcome.Refused refused && refused.why() == Refusal.CONFLICT;
        if (!otherType) {
            Answers.requireDone(outcome);
            topics.created(topic, TopicType.TRANSACTION);
        }
    }

    @Override
    public Receiver openReceiver(GroupDeclaration group) {
        boolean topicIsNew = topics.typeOf(group.topic()).isEmpty();
        ensureTopic(group.topic());
        if (topicIsNew) {
            tellCreated(group);
        }
        TopicType type = topics.typeOf(group.topic()).orElse(TopicType.TRANSACTION);
        if (type == TopicType.NORMAL) {
            throw new MessageRefusedException(
                    Reason.OTHER,
                    "topic " + group.topic() + " is NORMAL and takes no prepared messages; use another topic name");
        }
        GroupConfig wanted = Answers.group(group, type == TopicType.FIFO);
        openGroups
                .contradiction(group.client(), wanted)
                .ifPresent(both -> LOG.warn(
                        "consumer group {} has two policies, and the later one counts for all: {}. Declare it the same "
                                + "everywhere, or use another group",
                        wanted.name(),
                        both));
        declare(wanted);
        Answers.requireDone(await(engine.subscribe(group.group(), group.topic(), true)));
        return new EmbeddedReceiver(engine, group, openGroups.enter(group.client(), wanted));
    }

    private void tellCreated(GroupDeclaration group) {
        Set<String> others = topics.names().stream()
                .filter(name -> !name.startsWith("%") && !name.startsWith(UNDO_PREFIX))
                .collect(Collectors.toSet());
        LOG.warn(
                "topic '{}' did not exist, and was created for its subscriber {}{}",
                group.topic(),
                group.group(),
                NearestTopic.of(group.topic(), others)
                        .map(name -> "; did you mean '" + name + "'?")
                        .orElse(""));
    }

    /** The code's word counts when it is new; what an operator made of it stays while the code says the same. */
    private void declare(GroupConfig wanted) {
        Optional<GroupConfig> current = await(engine.desk().groupConfig(wanted.name()));
        GroupConfig merged = wanted.withDeadLetterBlocks(
                current.map(GroupConfig::deadLetterBlocks).orElse(false));
        boolean otherOrder = current.isPresent() && current.get().fifo() != wanted.fifo();
        if (current.isEmpty() || otherOrder || declared.wasDifferent(wanted)) {
            Answers.requireDone(await(engine.putGroup(merged)));
        } else if (!current.get().equals(merged)) {
            LOG.info(
                    "group {} keeps the configuration that an operator gave it: {}; the code says {}",
                    wanted.name(),
                    current.get(),
                    wanted);
        }
        declared.remember(wanted);
    }

    static <T> T await(CompletableFuture<T> call) {
        try {
            return call.join();
        } catch (CompletionException e) {
            throw new EngineUnavailableException(
                    "the engine stopped before it answered: " + e.getMessage() + "; see its log, then restart it", e);
        }
    }

    @Override
    public void close() {
        checks.close();
        if (!ownsEngine) {
            return;
        }
        try {
            engine.close();
        } catch (IOException e) {
            throw new EngineUnavailableException(
                    "the engine could not be closed in order; the next start recovers it", e);
        }
    }
}
