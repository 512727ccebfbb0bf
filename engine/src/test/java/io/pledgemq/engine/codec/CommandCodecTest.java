package io.pledgemq.engine.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.CommandType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CommandCodecTest {
    private static final String GOLDEN = "/golden-commands-v1.txt";

    static byte[] encode(Command command) {
        ByteBuffer out = ByteBuffer.allocate(CommandCodec.maxBytes(command)).order(ByteOrder.LITTLE_ENDIAN);
        CommandCodec.encode(out, command);
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    private static Command decode(CommandType type, byte version, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        Command command = CommandCodec.decode(type.code(), version, in, true);
        assertThat(in.hasRemaining()).as("all of %s is read", type).isFalse();
        return command;
    }

    @Test
    void everyCommandIsDecodedAsItWasEncoded() {
        SplittableRandom random = new SplittableRandom(42);
        for (CommandType type : CommandType.values()) {
            for (int i = 0; i < 200; i++) {
                Command command = SampleCommands.random(type, random);
                byte[] bytes = encode(command);
                Command decoded = decode(type, CommandCodec.version(command), bytes);
                assertThat(decoded.type()).isEqualTo(type);
                assertThat(decoded)
                        .usingRecursiveComparison()
                        .withStrictTypeChecking()
                        .isEqualTo(command);
                assertThat(encode(decoded)).isEqualTo(bytes);
            }
        }
    }

    @Test
    void aTruncatedPayloadIsRefused() {
        SplittableRandom random = new SplittableRandom(43);
        for (CommandType type : CommandType.values()) {
            byte[] bytes = encode(SampleCommands.random(type, random));
            for (int length = 0; length < bytes.length; length++) {
                ByteBuffer in = ByteBuffer.wrap(bytes, 0, length).order(ByteOrder.LITTLE_ENDIAN);
                assertThatThrownBy(() -> CommandCodec.decode(type.code(), CommandCodec.VERSION, in, true))
                        .as("%s cut to %d", type, length)
                        .isInstanceOfAny(IllegalArgumentException.class, BufferUnderflowException.class);
            }
        }
    }

    @Test
    void bodiesAndPropertiesCanBeLeftOut() {
        SplittableRandom random = new SplittableRandom(44);
        Command.Send send = (Command.Send) SampleCommands.random(CommandType.SEND, random);
        ByteBuffer in = ByteBuffer.wrap(encode(send)).order(ByteOrder.LITTLE_ENDIAN);
        Command.Send light = (Command.Send) CommandCodec.decode(send.type().code(), CommandCodec.VERSION, in, false);
        assertThat(in.hasRemaining()).isFalse();
        assertThat(light.message().id()).isEqualTo(send.message().id());
        assertThat(light.message().messageGroup()).isEqualTo(send.message().messageGroup());
        assertThat(light.message().body()).isEmpty();
        assertThat(light.message().properties()).isEmpty();
    }

    @Test
    void anotherVersionAndAnUnknownTypeAreRefused() {
        ByteBuffer empty = ByteBuffer.allocate(0);
        assertThatThrownBy(() -> CommandCodec.decode(CommandType.SEND.code(), (byte) 2, empty, true))
                .hasMessageContaining("newer");
        assertThatThrownBy(() -> CommandCodec.decode((byte) 127, CommandCodec.VERSION, empty, true))
                .hasMessageContaining("127");
    }

    @Test
    void onlyAnOrderedPrepareIsWrittenInANewerVersion() {
        SplittableRandom random = new SplittableRandom(45);
        Command.Prepare plain = (Command.Prepare) SampleCommands.golden(CommandType.PREPARE);
        assertThat(plain.ordered()).isFalse();
        assertThat(CommandCodec.version(plain)).isEqualTo((byte) 1);
        Command.Prepare ordered = new Command.Prepare(plain.message(), plain.sender(), plain.firstCheckInMs(), true);
        assertThat(CommandCodec.version(ordered)).isEqualTo((byte) 2);
        for (CommandType type : CommandType.values()) {
            if (type != CommandType.PREPARE) {
                assertThat(CommandCodec.version(SampleCommands.random(type, random)))
                        .isEqualTo((byte) 1);
            }
        }
        ByteBuffer in = ByteBuffer.wrap(encode(ordered)).order(ByteOrder.LITTLE_ENDIAN);
        assertThatThrownBy(() -> CommandCodec.decode(CommandType.PREPARE.code(), (byte) 3, in, true))
                .hasMessageContaining("newer");
    }

    @Test
    void theFormatDoesNotChangeByAccident() {
        List<String> lines = new ArrayList<>();
        for (CommandType type : CommandType.values()) {
            byte[] bytes = encode(SampleCommands.golden(type));
            lines.add(type.code() + " " + type + " " + HexFormat.of().formatHex(bytes));
        }
        assertThat(lines).isEqualTo(golden());
    }

    private static List<String> golden() {
        try (InputStream in = CommandCodecTest.class.getResourceAsStream(GOLDEN)) {
            return in == null
                    ? List.of()
                    : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
