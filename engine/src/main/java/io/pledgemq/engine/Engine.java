package io.pledgemq.engine;

import io.pledgemq.engine.backup.Backup;
import io.pledgemq.engine.backup.BackupManifest;
import io.pledgemq.engine.command.CheckListener;
import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.LeaseTerms;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageFilter;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.command.ProgressListener;
import io.pledgemq.engine.command.Receipt;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.Silence;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.index.LogIndex;
import io.pledgemq.engine.io.FileStorage;
import io.pledgemq.engine.io.Storage;
import io.pledgemq.engine.log.Log;
import io.pledgemq.engine.recovery.Progress;
import io.pledgemq.engine.recovery.Recovery;
import io.pledgemq.engine.snapshot.Snapshots;
import io.pledgemq.engine.state.Topic;
import io.pledgemq.engine.writer.Receive;
import io.pledgemq.engine.writer.Writer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A durable store for transactional messages in one directory.
 *
 * <p>Every answer except a refusal survives a crash and a power cut: it comes after the force of all that it depends
 * on. One machine, one process; a lost disk loses everything since the last backup.
 *
 * <p>All methods may be called by any thread and return at once; the futures complete with an {@link Outcome}, or with
 * {@link EngineStoppedException} when the engine stopped before it could answer. Continuations run on the engine's
 * answering thread: use the {@code Async} variants for anything that may block.
 */
public final class Engine implements AutoCloseable {
    private final UUID id;
    private final Storage storage;
    private final Writer writer;
    private final EngineThreads threads;
    private final LogIndex index;
    private final EarlierDecisions earlierDecisions;
    private final OperatorDesk desk;
    private final LiveBackup backups;
    private volatile boolean closed;

    private Engine(
            UUID id,
            Storage storage,
            Writer writer,
            EngineThreads threads,
            LogIndex index,
            EarlierDecisions earlierDecisions) {
        this.id = id;
        this.storage = storage;
        this.writer = writer;
        this.threads = threads;
        this.index = index;
        this.earlierDecisions = earlierDecisions;
        this.desk = new OperatorDesk(writer, index);
        this.backups = new LiveBackup(storage, writer.log(), threads);
    }

    /**
     * Opens the engine in a directory, which is created if it does not exist.
     *
     * @throws io.pledgemq.engine.log.LogException if the log is damaged, incomplete or of a newer version; nothing is
     *     changed then
     * @throws io.pledgemq.engine.recovery.RecoveryException if the state cannot be rebuilt from the log
     * @throws IllegalArgumentException if the parts of the configuration do not fit together
     * @throws IOException if the directory is in use by another process or cannot be used, or its identity is damaged
     */
    public static Engine open(Path directory, EngineConfig config) throws IOException {
        config.check();
        Storage storage = FileStorage.open(directory);
        boolean opened = false;
        try {
            Engine engine = open(storage, config);
            opened = true;
            return engine;
        } finally {
            if (!opened) {
                storage.close();
            }
        }
    }

    /** As {@link #open(Path, EngineConfig)}, on any storage, which is closed with the engine. */
    static Engine open(Storage storage, EngineConfig config) throws IOException {
        Progress progress = new Progress(config.onProgress());
        progress.report(ProgressListener.Phase.LOG, 0, config.log().segmentBytes());
        Log log = Log.open(storage, config.log(), config.clock().wallMs());
        boolean opened = false;
        try {
            Snapshots snapshots = new Snapshots(storage);
            Recovery.Recovered recovered = Recovery.run(log, snapshots, progress);
            // Last, so that refusing a log changes nothing.
            UUID id = EngineIdentity.of(storage);
            EngineExecutors executors = new EngineExecutors();
            Writer writer = new Writer(
                    recovered.state(),
                    log,
                    config.limits(),
                    config.checks(),
                    config.clock(),
                    executors.outside(config));
            LogIndex index = new LogIndex(storage, log);
            EngineThreads threads = new EngineThreads(
                    config,
                    executors,
                    writer,
                    new Maintenance(writer, snapshots, config, recovered.snapshot(), index),
                    new Indexing(index, () -> !writer.diskFull(), config.clock()));
            threads.start();
            opened = true;
            EarlierDecisions earlier = new EarlierDecisions(writer, index, executors.lookups());
            return new Engine(id, storage, writer, threads, index, earlier);
        } finally {
            if (!opened) {
                log.close();
            }
        }
    }

    /**
     * The engine's identity: created with its data directory, and the same after every restart. A backup includes it,
     * so a restored engine is the same one. A database that serves several engines uses it to tell their rows apart.
     */
    public UUID id() {
        return id;
    }

    private CompletableFuture<Outcome> submit(Command command) {
        return closed ? refuseClosed() : writer.submit(command);
    }

    private CompletableFuture<Outcome> submit(Command command, Message message) {
        return closed ? refuseClosed() : writer.submit(command, message);
    }

    private static CompletableFuture<Outcome> refuseClosed() {
        return CompletableFuture.completedFuture(
                new Outcome.Refused(Refusal.CLOSED, "the engine is closed: open it again"));
    }

    /** Creates a topic, or changes its number of queues. Also done if it exists with the same configuration. */
    public CompletableFuture<Outcome> createTopic(TopicConfig config) {
        return submit(new Command.CreateTopic(config));
    }

    /**
     * Creates a topic with {@value TopicConfig#USUAL_QUEUES} queues unless it exists: then it keeps its number. Refused
     * with {@link Refusal#CONFLICT} if it exists with another type.
     */
    public CompletableFuture<Outcome> ensureTopic(String topic, TopicType type) {
        return closed ? refuseClosed() : writer.ensureTopic(topic, type);
    }

    /**
     * Deletes a topic. Refused with {@link Refusal#IN_USE} while a group subscribes to it, while it has undecided or
     * delayed messages, and for a topic of dead letters, which is deleted with its group.
     */
    public CompletableFuture<Outcome> deleteTopic(String topic) {
        return submit(new Command.DeleteTopic(topic));
    }

    /**
     * Creates a consumer group or changes its configuration. A new group gets the topic {@code %DLQ%<group>}
     * ({@link TopicConfig#deadLettersOf}): every delivery of the group that becomes a dead letter is published there,
     * once more after each redrive that fails for good. Any group may subscribe to it; no client can send to it.
     * Reading a dead letter from the topic does not settle it: it stays open for {@link #desk()}, and settling it there
     * changes nothing for readers of the topic. The topic keeps messages for the usual retention, counted from their
     * publication there. A dead letter of a group that reads dead letters goes to that group's own topic, unless it was
     * read from that very topic.
     */
    public CompletableFuture<Outcome> putGroup(GroupConfig config) {
        return submit(new Command.PutGroup(config));
    }

    /**
     * Deletes a group with its progress, its dead letters and their topic. Refused with {@link Refusal#IN_USE} while
     * another group reads that topic.
     *
     * @param evenIfUnsettled false: also refused while it has leased or waiting messages or open dead letters
     */
    public CompletableFuture<Outcome> deleteGroup(String group, boolean evenIfUnsettled) {
        return submit(new Command.DeleteGroup(group, evenIfUnsettled));
    }

    /** Stops delivery to a group; existing leases stay valid. */
    public CompletableFuture<Outcome> pauseGroup(String group) {
        return submit(new Command.PauseGroup(group, true));
    }

    /** Delivers to a paused group again. */
    public CompletableFuture<Outcome> resumeGroup(String group) {
        return submit(new Command.PauseGroup(group, false));
    }

    /**
     * Connects a group to a topic; also done if it is connected.
     *
     * @param fromStart first time only: all retained messages, or those committed from now on
     */
    public CompletableFuture<Outcome> subscribe(String group, String topic, boolean fromStart) {
        return submit(new Command.Subscribe(group, topic, fromStart));
    }

    /**
     * Disconnects a group from a topic and forgets its progress and its dead letters there.
     *
     * @param evenIfUnsettled false: refused with {@link Refusal#IN_USE} while it has leased or waiting messages or open
     *     dead letters of the topic
     */
    public CompletableFuture<Outcome> unsubscribe(String group, String topic, boolean evenIfUnsettled) {
        return submit(new Command.Unsubscribe(group, topic, evenIfUnsettled));
    }

    /**
     * Moves a group's cursor back or forward, so that it gets the message at the given offset next. Unsettled
     * deliveries from there on are dropped; dead letters stay.
     */
    public CompletableFuture<Outcome> rewind(String group, String topic, long offset) {
        return submit(new Command.MoveCursor(group, topic, offset));
    }

    /**
     * Rewinds to a moment: every message published at or after it is delivered again, and messages of at most a minute
     * before it.
     */
    public CompletableFuture<Outcome> rewindToTime(String group, String topicName, long wallMs) {
        return writer.ask(state -> {
                    Topic topic = state.topic(topicName);
                    return topic == null ? 0L : topic.offsetAt(wallMs);
                })
                .thenCompose(offset -> rewind(group, topicName, offset));
    }

    /** Stores a message that is committed at once: {@link Outcome.Stored}. */
    public CompletableFuture<Outcome> send(Message message) {
        return submit(new Command.Send(message), message);
    }

    /**
     * Stores a half message: {@link Outcome.Stored}, whose position is the transaction id.
     *
     * @param firstCheck how long the sender has to decide before it is asked
     */
    public CompletableFuture<Outcome> prepare(Message message, Sender sender, Duration firstCheck) {
        return prepare(message, sender, firstCheck, false);
    }

    /**
     * As {@link #prepare(Message, Sender, Duration)}.
     *
     * @param ordered on a FIFO topic: once committed, the message is published after the ordered messages of its
     *     message group that were prepared before it, and waits while one of those is undecided. It does not wait for
     *     one that is parked, or was parked before. No effect on other topics.
     */
    public CompletableFuture<Outcome> prepare(Message message, Sender sender, Duration firstCheck, boolean ordered) {
        return submit(new Command.Prepare(message, sender, firstCheck.toMillis(), ordered), message);
    }

    /**
     * Decides a half message: {@link Outcome.Decided}. The first decision wins: repeating it succeeds, a contrary one
     * is refused and alerted.
     */
    public CompletableFuture<Outcome> decide(long transactionId, MessageId id, Decision decision, Party by) {
        Command.Decide command = new Command.Decide(transactionId, id, decision, by);
        return submit(command).thenCompose(outcome -> earlierDecisions.orFromLog(command, outcome));
    }

    /**
     * Connects a sender that answers checks, by {@link #decide}, {@link #answerUnknown} or {@link #answerSilent}. One
     * instance may be connected under several services, and under {@link Sender#ofTopic} for each topic it sends to; it
     * is asked only once in a check.
     *
     * @param credit how many questions it accepts before it has answered the earlier ones; at least 1
     * @return an action that disconnects it
     * @throws IllegalArgumentException if {@code credit} is less than 1
     */
    public Runnable connectSender(Sender sender, CheckListener listener, int credit) {
        if (credit < 1) {
            throw new IllegalArgumentException("credit of a sender must be at least 1, it is " + credit);
        }
        return writer.openSender(sender, listener, credit);
    }

    /**
     * Answers a check: not known yet, ask again later. Refused with {@link Refusal#NOT_ASKED} unless the instance was
     * asked in this check; it ends the check only if no other instance was asked since.
     */
    public CompletableFuture<Outcome> answerUnknown(int slot, long transactionId, String instance, String detail) {
        return closed ? refuseClosed() : writer.answerUnknown(slot, transactionId, instance, detail);
    }

    /**
     * Answers a check: this instance cannot answer, ask another one. Does not count as an answer, and does nothing if
     * another instance is being asked. If all silences are {@link Silence#NOT_MINE} or {@link Silence#NOT_SEEN} the
     * message is parked; the causes of the others pass, and the message is checked again with growing pauses.
     */
    public CompletableFuture<Outcome> answerSilent(int slot, long transactionId, String instance, Silence why) {
        return closed ? refuseClosed() : writer.answerSilent(slot, transactionId, instance, why);
    }

    /** Withdraws a delayed message that is not delivered yet. */
    public CompletableFuture<Outcome> recall(MessageId id, Party by) {
        return submit(new Command.Recall(id, by));
    }

    /**
     * Waits for messages: {@link Outcome.Received}. Cancelling the future ends the wait: the receiver gets no more
     * leases, and messages that were leased to it at that moment are returned at once, without counting an attempt.
     *
     * @param filter accepts messages, or null for all; the group never gets skipped messages
     */
    public CompletableFuture<Outcome> receive(ReceiveRequest request, @Nullable MessageFilter filter) {
        if (closed) {
            return refuseClosed();
        }
        return writer.submit(new Receive(
                request.group(),
                request.topic(),
                request.client(),
                request.max(),
                request.waitTime().toMillis(),
                new LeaseTerms(request.lease().toMillis(), request.promptRetry()),
                request.wholeGroups(),
                filter,
                new CompletableFuture<>()));
    }

    /** Settles a delivery. {@code note} says how a compensation ended, else empty. */
    public CompletableFuture<Outcome> ack(Receipt receipt, String client, String note) {
        return submit(new Command.Ack(receipt, client, note));
    }

    /** Reports a failed attempt: {@link Outcome.Failed}. */
    public CompletableFuture<Outcome> fail(Receipt receipt, String client, Failure failure) {
        return submit(new Command.Fail(
                receipt, client, failure.reason(), failure.counted(), failure.terminal(), failure.delayMs()));
    }

    /** Extends a lease; the new time counts from now. */
    public CompletableFuture<Outcome> extendLease(Receipt receipt, Duration lease) {
        return submit(new Command.ExtendLease(receipt, lease.toMillis()));
    }

    /**
     * Copies everything that is durable now into a directory, while the engine works on, and verifies the copy. Reads
     * the whole log: call it on a thread that may wait. Only one backup runs at a time. Files that it still has to copy
     * are not deleted meanwhile.
     *
     * @param target a directory that is empty or does not exist; should be on another disk
     * @param besides other files to include in the backup, such as keys
     * @param version of the calling program, for the manifest
     * @param watch called after about each megabyte; may throw to stop
     * @throws io.pledgemq.engine.backup.BackupException if {@code target} is not empty, or a copy does not verify: the
     *     message names the file
     * @throws IOException if a file cannot be read or written; the copies stay, without a manifest
     */
    public BackupManifest backup(Path target, List<Path> besides, String version, Backup.Watch watch)
            throws IOException {
        return backups.backup(target, besides, version, watch);
    }

    /** Runs a round of maintenance now, for tests that do not wait for one. */
    void maintain() throws IOException {
        threads.maintainOnce(true);
        threads.indexOnce();
    }

    /** Returns whether new messages are refused because the disk is full. Cheap: reads one field. */
    public boolean diskFull() {
        return writer.diskFull();
    }

    /** The limits of one message, and of all messages together. */
    public Limits limits() {
        return writer.limits();
    }

    /** What operators can see and do. */
    public OperatorDesk desk() {
        return desk;
    }

    /**
     * Answers everything submitted, writes a snapshot if a restart would take long without one, and closes the log.
     * Waiting receivers get a refusal.
     */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        backups.close();
        boolean intact = threads.stop();
        try {
            if (intact) {
                writer.log().close();
            }
        } finally {
            index.close();
            storage.close();
        }
    }
}
