package io.pledgemq.engine.codec;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.CommandType;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.LeaseTerms;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.OnExhausted;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.command.Receipt;
import io.pledgemq.engine.command.RetryPolicy;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import java.nio.ByteBuffer;

/**
 * Encodes commands as payloads of log frames; the frame's type is {@link CommandType#code}. Numbers are little-endian,
 * as everywhere in the log. The fields are in the order of the record's components; {@code docs/log-format.md} has the
 * byte tables, and a golden test holds them.
 */
public final class CommandCodec {
    /** Version of all payloads except those for which {@link #version} returns another. */
    static final byte VERSION = 1;

    /** A prepare with flags instead of a bool. Written only if a new flag is set. */
    private static final byte PREPARE_WITH_FLAGS = 2;

    private static final int OTHERS_OF_TOPIC = 1;
    private static final int ORDERED = 2;

    private CommandCodec() {}

    /**
     * The version in which a command is written: the oldest that can express it, so that older programs can read it.
     */
    public static byte version(Command command) {
        return command instanceof Command.Prepare prepare && prepare.ordered() ? PREPARE_WITH_FLAGS : VERSION;
    }

    /** Refuses what only a later version of this program can read. */
    static void check(CommandType type, byte version) {
        int newest = type == CommandType.PREPARE ? PREPARE_WITH_FLAGS : VERSION;
        if (version < VERSION || version > newest) {
            throw new IllegalArgumentException("version " + version + " of a command " + type
                    + " is newer than this program knows (" + newest + "): use a newer PledgeMQ");
        }
    }

    /** An upper bound of the encoded size. */
    public static int maxBytes(Command command) {
        return switch (command.type()) {
            case SEND -> MessageCodec.maxBytes(((Command.Send) command).message());
            case PREPARE -> {
                Command.Prepare prepare = (Command.Prepare) command;
                yield MessageCodec.maxBytes(prepare.message())
                        + Strings.maxBytes(prepare.sender().service())
                        + Strings.maxBytes(prepare.sender().instance())
                        + 1
                        + Long.BYTES;
            }
            case LEASE -> {
                Command.Lease lease = (Command.Lease) command;
                yield 65
                        + Strings.maxBytes(lease.client())
                        + lease.fates().length
                        + Long.BYTES * lease.positions().length
                        + Integer.BYTES * lease.again().length;
            }
            case SETTLE_DEAD -> {
                Command.SettleDead settle = (Command.SettleDead) command;
                int edited = settle.edited() == null ? 0 : MessageCodec.maxBytes(settle.edited());
                yield 64 + partyBytes(settle.by()) + edited;
            }
            case FAIL -> {
                Command.Fail fail = (Command.Fail) command;
                yield 64 + Strings.maxBytes(fail.client()) + Strings.maxBytes(fail.reason());
            }
            case ACK -> {
                Command.Ack ack = (Command.Ack) command;
                yield 64 + Strings.maxBytes(ack.client()) + Strings.maxBytes(ack.note());
            }
            case DECIDE -> 256 + partyBytes(((Command.Decide) command).by());
            case RECALL -> 256 + partyBytes(((Command.Recall) command).by());
            case CHECK_AGAIN -> 256 + partyBytes(((Command.CheckAgain) command).by());
            case ASK_CHECK -> 64 + Strings.maxBytes(((Command.AskCheck) command).instance());
            case ANSWER_UNKNOWN -> {
                Command.AnswerUnknown answer = (Command.AnswerUnknown) command;
                yield 64 + Strings.maxBytes(answer.instance()) + Strings.maxBytes(answer.detail());
            }
            case CARRY_FORWARD -> CarryCodec.maxBytes((Command.CarryForward) command);
            case PUT_GROUP ->
                512
                        + Strings.maxBytes(
                                ((Command.PutGroup) command).config().retry().text());
            default -> 1024;
        };
    }

    private static int partyBytes(Party party) {
        return Integer.BYTES + Strings.maxBytes(party.name()) + Strings.maxBytes(party.reason());
    }

    /** Writes the payload at the buffer's position. */
    public static void encode(ByteBuffer out, Command command) {
        switch (command.type()) {
            case SEND -> MessageCodec.encode(out, ((Command.Send) command).message());
            case PREPARE -> {
                Command.Prepare prepare = (Command.Prepare) command;
                Strings.put(out, prepare.sender().service());
                Strings.put(out, prepare.sender().instance());
                int others = prepare.sender().othersOfTopic() ? OTHERS_OF_TOPIC : 0;
                out.put((byte) (others | (prepare.ordered() ? ORDERED : 0)));
                out.putLong(prepare.firstCheckInMs());
                MessageCodec.encode(out, prepare.message());
            }
            case DECIDE -> {
                Command.Decide decide = (Command.Decide) command;
                out.putLong(decide.transactionId());
                Strings.put(out, decide.id().text());
                out.put((byte) (decide.decision() == Decision.COMMIT ? 1 : 2));
                party(out, decide.by());
            }
            case LEASE -> encodeLease(out, (Command.Lease) command);
            case ACK -> {
                Command.Ack ack = (Command.Ack) command;
                receipt(out, ack.receipt());
                Strings.put(out, ack.client());
                Strings.put(out, ack.note());
            }
            case FAIL -> encodeFail(out, (Command.Fail) command);
            case EXTEND_LEASE -> {
                Command.ExtendLease extend = (Command.ExtendLease) command;
                receipt(out, extend.receipt());
                out.putLong(extend.leaseMs());
            }
            case EXPIRE_LEASE -> {
                Command.ExpireLease expire = (Command.ExpireLease) command;
                receipt(out, new Receipt(expire.slot(), expire.position(), expire.nonce()));
            }
            case SETTLE_DEAD -> encodeSettleDead(out, (Command.SettleDead) command);
            case CARRY_FORWARD -> CarryCodec.encode(out, (Command.CarryForward) command);
            case ASK_CHECK, ANSWER_UNKNOWN, PARK, CHECK_AGAIN, RECALL, PUBLISH, SILENT_CHECK, ASK_AGAIN ->
                PendingCodec.encode(out, command);
            case CREATE_TOPIC,
                    DELETE_TOPIC,
                    PUT_GROUP,
                    DELETE_GROUP,
                    PAUSE_GROUP,
                    SUBSCRIBE,
                    UNSUBSCRIBE,
                    MOVE_CURSOR,
                    TRIM -> CatalogCodec.encode(out, command);
        }
    }

    private static void encodeLease(ByteBuffer out, Command.Lease lease) {
        out.putInt(lease.subscription());
        Strings.put(out, lease.client());
        out.putLong(lease.terms().ms());
        out.put((byte) (lease.terms().promptRetry() ? 1 : 0));
        out.putLong(lease.firstOffset());
        out.putInt(lease.fates().length).put(lease.fates());
        out.putInt(lease.again().length);
        for (int slot : lease.again()) {
            out.putInt(slot);
        }
        for (long position : lease.positions()) {
            out.putLong(position);
        }
    }

    private static void encodeFail(ByteBuffer out, Command.Fail fail) {
        receipt(out, fail.receipt());
        Strings.put(out, fail.client());
        Strings.put(out, fail.reason());
        out.put((byte) (fail.counted() ? 1 : 0));
        out.put((byte) (fail.terminal() ? 1 : 0));
        out.putLong(fail.delayMs());
    }

    private static void encodeSettleDead(ByteBuffer out, Command.SettleDead settle) {
        out.putInt(settle.slot());
        out.putLong(settle.position());
        out.put((byte) settle.action().code());
        party(out, settle.by());
        Message edited = settle.edited();
        out.put((byte) (edited == null ? 0 : 1));
        if (edited != null) {
            MessageCodec.encode(out, edited);
        }
    }

    /**
     * Reads a payload.
     *
     * @param whole false omits bodies and properties of messages
     * @throws IllegalArgumentException or {@link java.nio.BufferUnderflowException} if the bytes are not such a command
     */
    public static Command decode(byte type, byte version, ByteBuffer in, boolean whole) {
        CommandType commandType = CommandType.ofCode(type);
        check(commandType, version);
        return switch (commandType) {
            case SEND -> new Command.Send(MessageCodec.decode(in, whole));
            case PREPARE -> {
                String service = Strings.get(in);
                String instance = Strings.get(in);
                int flags = in.get();
                boolean ordered = version >= PREPARE_WITH_FLAGS && (flags & ORDERED) != 0;
                boolean others = version >= PREPARE_WITH_FLAGS ? (flags & OTHERS_OF_TOPIC) != 0 : flags != 0;
                long firstCheckInMs = in.getLong();
                yield new Command.Prepare(
                        MessageCodec.decode(in, whole), new Sender(service, instance, others), firstCheckInMs, ordered);
            }
            case DECIDE ->
                new Command.Decide(
                        in.getLong(),
                        MessageId.of(Strings.get(in)),
                        in.get() == 1 ? Decision.COMMIT : Decision.ROLLBACK,
                        party(in));
            case LEASE -> decodeLease(in);
            case ACK -> new Command.Ack(receipt(in), Strings.get(in), Strings.get(in));
            case FAIL ->
                new Command.Fail(
                        receipt(in), Strings.get(in), Strings.get(in), in.get() != 0, in.get() != 0, in.getLong());
            case EXTEND_LEASE -> new Command.ExtendLease(receipt(in), in.getLong());
            case EXPIRE_LEASE -> {
                Receipt receipt = receipt(in);
                yield new Command.ExpireLease(receipt.slot(), receipt.position(), receipt.nonce());
            }
            case SETTLE_DEAD ->
                new Command.SettleDead(
                        in.getInt(),
                        in.getLong(),
                        Command.SettleDead.Action.ofCode(in.get()),
                        party(in),
                        in.get() == 0 ? null : MessageCodec.decode(in, whole));
            case CARRY_FORWARD -> CarryCodec.decode(in, whole);
            case ASK_CHECK, ANSWER_UNKNOWN, PARK, CHECK_AGAIN, RECALL, PUBLISH, SILENT_CHECK, ASK_AGAIN ->
                PendingCodec.decode(commandType, in);
            case CREATE_TOPIC,
                    DELETE_TOPIC,
                    PUT_GROUP,
                    DELETE_GROUP,
                    PAUSE_GROUP,
                    SUBSCRIBE,
                    UNSUBSCRIBE,
                    MOVE_CURSOR,
                    TRIM -> CatalogCodec.decode(commandType, in);
        };
    }

    private static Command decodeLease(ByteBuffer in) {
        int subscription = in.getInt();
        String client = Strings.get(in);
        LeaseTerms terms = new LeaseTerms(in.getLong(), in.get() != 0);
        long firstOffset = in.getLong();
        byte[] fates = Bytes.get(in, in.getInt());
        int[] again = new int[Bytes.boundedCount(in, in.getInt(), Integer.BYTES)];
        for (int i = 0; i < again.length; i++) {
            again[i] = in.getInt();
        }
        long[] positions = new long[Bytes.boundedCount(in, fates.length + again.length, Long.BYTES)];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = in.getLong();
        }
        return new Command.Lease(subscription, client, terms, firstOffset, fates, positions, again);
    }

    /**
     * Reads the message in a frame that stores one: a send, a prepare, the redrive of an edited dead letter, or a
     * message carried forward.
     *
     * @throws IllegalArgumentException if the frame stores none
     */
    public static Message message(byte type, byte version, ByteBuffer in) {
        Command command = decode(type, version, in, true);
        if (command instanceof Command.Send send) {
            return send.message();
        }
        if (command instanceof Command.Prepare prepare) {
            return prepare.message();
        }
        if (command instanceof Command.CarryForward carried) {
            return carried.message();
        }
        if (command instanceof Command.SettleDead settle && settle.edited() != null) {
            return settle.edited();
        }
        throw new IllegalArgumentException("a frame of type " + command.type() + " stores no message");
    }

    private static void receipt(ByteBuffer out, Receipt receipt) {
        out.putInt(receipt.slot()).putLong(receipt.position()).putInt(receipt.nonce());
    }

    private static Receipt receipt(ByteBuffer in) {
        return new Receipt(in.getInt(), in.getLong(), in.getInt());
    }

    static void party(ByteBuffer out, Party party) {
        out.put((byte) party.role().code());
        Strings.put(out, party.name());
        Strings.put(out, party.reason());
    }

    static Party party(ByteBuffer in) {
        return new Party(Party.Role.ofCode(in.get()), Strings.get(in), Strings.get(in));
    }

    static GroupConfig groupConfig(ByteBuffer in) {
        return new GroupConfig(
                Strings.get(in),
                in.get() != 0,
                in.getInt(),
                RetryPolicy.parse(Strings.get(in)),
                OnExhausted.ofCode(in.get()),
                in.get() != 0);
    }

    static TopicConfig topicConfig(ByteBuffer in) {
        return new TopicConfig(Strings.get(in), TopicType.ofCode(in.get()), in.get());
    }
}
