package io.pledgemq.engine.view;

import io.pledgemq.engine.codec.CommandCodec;
import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.index.IndexKey;
import io.pledgemq.engine.index.IndexQuery;
import io.pledgemq.engine.index.LogIndex;
import io.pledgemq.engine.log.Frame;
import io.pledgemq.engine.state.Pending;
import io.pledgemq.engine.state.Recent;
import io.pledgemq.engine.state.State;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * Finds every event of one message, by the index. Frames name their messages by log position: first it finds all
 * positions of the message by its id, then the frames that mention them. So the cost is in proportion to the events of
 * the message, plus a page for each segment, plus the segments without an index, which are read whole.
 */
public final class History {
    private final MessageId id;
    /** By position, since a carried event may still be in its own segment too. */
    private final Map<Long, HistoryEvent> events = new TreeMap<>();
    /** Its position, those it was carried to, and those of its edited revisions. */
    private final Set<Long> positions;

    private long wallMs;

    private History(MessageId id, Set<Long> positions) {
        this.id = id;
        this.positions = positions;
    }

    /** The position to read from: that of the message if the state remembers it, else the log's beginning (0). */
    public static long startPosition(State state, MessageId id) {
        Pending pending = state.pending();
        int slot = pending.find(id.high(), id.low());
        if (slot >= 0) {
            return pending.transactionId(slot);
        }
        Recent.Remembered remembered = state.recent().find(id.high(), id.low());
        return remembered == null ? 0 : remembered.position();
    }

    /** Reads the events at and behind a position, oldest first, and those that were carried there. */
    public static List<HistoryEvent> read(LogIndex index, MessageId id, long from) {
        return read(index, id, from, Long.MAX_VALUE);
    }

    /** As {@link #read(LogIndex, MessageId, long)}, but nothing at or behind {@code to}. */
    public static List<HistoryEvent> read(LogIndex index, MessageId id, long from, long to) {
        History history = new History(id, MessagePositions.of(index, List.of(id), from, to));
        long[] keys = LongStream.concat(
                        LongStream.of(IndexKey.ofId(id)),
                        history.positions.stream().mapToLong(Long::longValue).map(IndexKey::ofPosition))
                .toArray();
        index.visit(IndexQuery.of(from, keys).within(from, to), history::note);
        return List.copyOf(history.events.values());
    }

    private static Command decode(Frame frame) {
        return CommandCodec.decode(frame.type(), frame.version(), frame.payload(), false);
    }

    private boolean note(Frame frame, long batchWallMs) {
        wallMs = batchWallMs;
        note(frame.position(), decode(frame));
        return true;
    }

    private void note(long position, Command command) {
        switch (command.type()) {
            case SEND -> stored(position, command, ((Command.Send) command).message(), "");
            case PREPARE -> {
                Command.Prepare prepare = (Command.Prepare) command;
                stored(position, command, prepare.message(), prepare.sender().instance());
            }
            case DECIDE -> decided(position, (Command.Decide) command);
            case ASK_CHECK -> asked(position, (Command.AskCheck) command);
            case ANSWER_UNKNOWN -> {
                Command.AnswerUnknown answer = (Command.AnswerUnknown) command;
                add(position, command, answer.transactionId(), answer.instance(), answer.detail());
            }
            case PARK -> add(position, command, ((Command.Park) command).transactionId(), "", "checks exhausted");
            case SILENT_CHECK -> silent(position, (Command.SilentCheck) command);
            case ASK_AGAIN ->
                add(position, command, ((Command.AskAgain) command).transactionId(), "", "a sender connected");
            case CHECK_AGAIN -> {
                Command.CheckAgain again = (Command.CheckAgain) command;
                add(position, command, again.transactionId(), again.by(), "");
            }
            case RECALL -> recalled(position, (Command.Recall) command);
            case PUBLISH ->
                add(position, command, ((Command.Publish) command).position(), "", "delivery time has come");
            case LEASE -> leased(position, (Command.Lease) command);
            case ACK -> {
                Command.Ack ack = (Command.Ack) command;
                add(position, command, ack.receipt().position(), ack.client(), ack.note());
            }
            case FAIL -> {
                Command.Fail fail = (Command.Fail) command;
                add(position, command, fail.receipt().position(), fail.client(), fail.reason());
            }
            case EXTEND_LEASE ->
                add(position, command, ((Command.ExtendLease) command).receipt().position(), "", "");
            case EXPIRE_LEASE ->
                add(position, command, ((Command.ExpireLease) command).position(), "", "the lease ran out");
            case CARRY_FORWARD -> carried((Command.CarryForward) command);
            case SETTLE_DEAD -> {
                Command.SettleDead settle = (Command.SettleDead) command;
                add(
                        position,
                        command,
                        settle.position(),
                        settle.by(),
                        settle.action().name());
            }
            case CREATE_TOPIC,
                    DELETE_TOPIC,
                    PUT_GROUP,
                    DELETE_GROUP,
                    PAUSE_GROUP,
                    SUBSCRIBE,
                    UNSUBSCRIBE,
                    MOVE_CURSOR,
                    TRIM -> {}
        }
    }

    private void stored(long position, Command command, Message message, String party) {
        if (message.id().sameAs(id)) {
            add(position, command, position, party, "topic " + message.topic());
        }
    }

    private void decided(long position, Command.Decide decide) {
        add(
                position,
                decide,
                decide.transactionId(),
                decide.by(),
                decide.decision().name());
    }

    private void asked(long position, Command.AskCheck ask) {
        String text = ask.counted() ? "check" : "same check, next instance";
        add(position, ask, ask.transactionId(), ask.instance(), text);
    }

    private void silent(long position, Command.SilentCheck silent) {
        String then = silent.nextInMs() < 0 ? ", parked" : ", not counted";
        add(position, silent, silent.transactionId(), "", silent.why().name() + then);
    }

    private void recalled(long position, Command.Recall recall) {
        if (recall.id().sameAs(id)) {
            note(new HistoryEvent(
                    position,
                    wallMs,
                    recall.type(),
                    recall.by().name(),
                    recall.by().reason()));
        }
    }

    private void leased(long position, Command.Lease lease) {
        for (int i = 0; i < lease.positions().length; i++) {
            if (positions.contains(lease.positions()[i])) {
                byte fate = i < lease.fates().length ? lease.fates()[i] : Command.Lease.LEASED;
                String text = fate == Command.Lease.SKIPPED
                        ? "skipped by filter"
                        : fate == Command.Lease.HELD ? "held" : "leased";
                add(position, lease, lease.positions()[i], lease.client(), text);
            }
        }
    }

    private void carried(Command.CarryForward carried) {
        if (carried.message().id().sameAs(id)) {
            carried.events().forEach(line -> note(HistoryEvent.ofLine(line)));
        }
    }

    private void note(HistoryEvent event) {
        events.putIfAbsent(event.position(), event);
    }

    private void add(long position, Command command, long messagePosition, Party party, String text) {
        String reason = party.reason().isEmpty() ? text : text + ": " + party.reason();
        add(position, command, messagePosition, party.role() + " " + party.name(), reason);
    }

    private void add(long position, Command command, long messagePosition, String party, String text) {
        if (positions.contains(messagePosition)) {
            note(new HistoryEvent(position, wallMs, command.type(), party, text));
        }
    }
}
