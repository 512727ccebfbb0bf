package io.pledgemq.engine.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.CommandType;
import io.pledgemq.engine.command.Message;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Mentions that are read without decoding agree with the decoded command. */
class MentionsTest {
    private static final byte UNKNOWN_TYPE = 99;

    private static final class Found implements Mentions.Sink {
        final List<String> all = new ArrayList<>();

        private static String text(Span span) {
            byte[] bytes = new byte[span.length()];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = span.get(i);
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }

        private static String textOrNull(@Nullable Span span) {
            return span == null ? "-" : text(span);
        }

        @Override
        public void position(long position) {
            all.add("position " + position);
        }

        @Override
        public void id(Span id) {
            all.add("id " + text(id));
        }

        @Override
        public void stored(Span id, Span topic, @Nullable Span key) {
            all.add("stored " + text(id) + " " + text(topic) + " " + textOrNull(key));
        }

        @Override
        public void carried(Span id, Span topic, @Nullable Span key, long wallMs) {
            all.add("carried " + wallMs + " " + text(id) + " " + text(topic) + " " + textOrNull(key));
        }
    }

    private static String stored(Message message) {
        return message.id().text() + " " + message.topic() + " " + (message.key() == null ? "-" : message.key());
    }

    private static List<String> expected(Command command) {
        return switch (command.type()) {
            case SEND -> List.of("stored " + stored(((Command.Send) command).message()));
            case PREPARE -> List.of("stored " + stored(((Command.Prepare) command).message()));
            case DECIDE -> position(((Command.Decide) command).transactionId());
            case ASK_CHECK -> position(((Command.AskCheck) command).transactionId());
            case ANSWER_UNKNOWN -> position(((Command.AnswerUnknown) command).transactionId());
            case PARK -> position(((Command.Park) command).transactionId());
            case CHECK_AGAIN -> position(((Command.CheckAgain) command).transactionId());
            case RECALL -> List.of("id " + ((Command.Recall) command).id());
            case PUBLISH -> position(((Command.Publish) command).position());
            case LEASE -> {
                List<String> positions = new ArrayList<>();
                for (long position : ((Command.Lease) command).positions()) {
                    positions.addAll(position(position));
                }
                yield positions;
            }
            case SILENT_CHECK -> position(((Command.SilentCheck) command).transactionId());
            case ASK_AGAIN -> position(((Command.AskAgain) command).transactionId());
            case ACK -> position(((Command.Ack) command).receipt().position());
            case FAIL -> position(((Command.Fail) command).receipt().position());
            case EXTEND_LEASE ->
                position(((Command.ExtendLease) command).receipt().position());
            case EXPIRE_LEASE -> position(((Command.ExpireLease) command).position());
            case SETTLE_DEAD -> {
                Command.SettleDead settle = (Command.SettleDead) command;
                List<String> all = new ArrayList<>(position(settle.position()));
                if (settle.edited() != null) {
                    all.add("id " + settle.edited().id());
                }
                yield all;
            }
            case CARRY_FORWARD -> List.of("carried 0 " + stored(((Command.CarryForward) command).message()));
            default -> List.of();
        };
    }

    private static List<String> position(long position) {
        return List.of("position " + position);
    }

    private static List<String> read(byte type, byte version, byte[] bytes) {
        Found found = new Found();
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        Mentions.read(type, version, in, found);
        assertThat(in.position()).isZero();
        return found.all;
    }

    @Test
    void mentionsAgreeWithTheDecodedCommand() {
        SplittableRandom random = new SplittableRandom(7);
        for (CommandType type : CommandType.values()) {
            for (int i = 0; i < 200; i++) {
                Command command = SampleCommands.random(type, random);
                List<String> found = read(type.code(), CommandCodec.version(command), CommandCodecTest.encode(command));
                if (type == CommandType.CARRY_FORWARD) {
                    // The sample's events are random text; real ones are tested below.
                    found.replaceAll(text -> text.replaceFirst("^carried \\d+", "carried 0"));
                }
                assertThat(found).as("%s", command).isEqualTo(expected(command));
            }
        }
    }

    @Test
    void aCarriedMessageMentionsWhenItWasStored() {
        Message message = Message.of("m-1", "plain", new byte[3]);
        List<String> events = List.of("4294967360\t1700000000123\t24\t\ttopic plain", "4294967500\t5\t33\tc\tleased");
        Command carry = new Command.CarryForward(4_294_967_360L, message, -1, new int[] {3}, List.of(), "why", events);
        assertThat(read(CommandType.CARRY_FORWARD.code(), CommandCodec.VERSION, CommandCodecTest.encode(carry)))
                .containsExactly("carried 1700000000123 m-1 plain -");
    }

    @Test
    void unknownTypesAndVersionsAreRefused() {
        ByteBuffer in = ByteBuffer.allocate(8);
        Found found = new Found();
        assertThatThrownBy(() -> Mentions.read(UNKNOWN_TYPE, CommandCodec.VERSION, in, found))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Mentions.read(CommandType.SEND.code(), (byte) 2, in, found))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("newer");
    }
}
