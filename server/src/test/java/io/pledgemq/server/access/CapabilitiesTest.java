package io.pledgemq.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.engine.command.Receipt;
import io.pledgemq.server.files.UnusableFileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CapabilitiesTest {

    private static final Receipt RECEIPT = new Receipt(7, 1L << 40, -3);
    private static final String TOPIC = "order-created";
    private static final ReceiptScope HOLDER = new ReceiptScope("warehouse", "order-created", "stock");

    private final Path data;
    private Capabilities capabilities;

    CapabilitiesTest(@TempDir Path data) throws UnusableFileException {
        this.data = data;
        this.capabilities = Capabilities.open(data);
    }

    @BeforeEach
    void restart() throws UnusableFileException {
        capabilities = Capabilities.open(data);
    }

    @Test
    void transactionIdNamesItsReferenceForItsTopicAndUserOnly() {
        String id = capabilities.transactionId(0x1234, TOPIC, "orders");

        assertThat(id).matches("0000000000001234-[0-9a-f]{28}");
        assertThat(capabilities.transaction(id, TOPIC, "orders")).hasValue(0x1234);
        assertThat(capabilities.transaction(id, TOPIC, "other")).isEmpty();
        assertThat(capabilities.transaction(id, TOPIC, "")).isEmpty();
        assertThat(capabilities.transaction(id, "other", "orders")).isEmpty();
        assertThat(capabilities.transaction(id, TOPIC + "orders", "")).isEmpty();
        assertThat(capabilities.transaction(id, "", TOPIC + "orders")).isEmpty();
        assertThat(capabilities.transaction(capabilities.transactionId(0x1234, TOPIC, ""), TOPIC, ""))
                .as("of the anonymous user")
                .hasValue(0x1234);
    }

    @Test
    void receiptHandleNamesItsReceiptForItsHolderOnly() {
        String handle = capabilities.receiptHandle(RECEIPT, HOLDER);

        assertThat(handle).matches("[A-Za-z0-9_-]{40}");
        assertThat(capabilities.receipt(handle, HOLDER)).contains(RECEIPT);
        for (ReceiptScope other : List.of(
                new ReceiptScope("other", "order-created", "stock"),
                new ReceiptScope("warehouse", "other", "stock"),
                new ReceiptScope("warehouse", "order-created", "other"),
                new ReceiptScope("order-created", "warehouse", "stock"),
                new ReceiptScope("warehouseorder-created", "", "stock"),
                new ReceiptScope("warehouse", "order-createdstock", ""))) {
            assertThat(capabilities.receipt(handle, other)).as("%s", other).isEmpty();
        }
    }

    @Test
    void anyReferenceAndReceiptComesBack() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            Receipt receipt = new Receipt(random.nextInt(), random.nextLong(), random.nextInt());
            assertThat(capabilities.receipt(capabilities.receiptHandle(receipt, HOLDER), HOLDER))
                    .as("seed %s", seed)
                    .contains(receipt);
            assertThat(capabilities.transaction(capabilities.transactionId(receipt.position(), TOPIC, "u"), TOPIC, "u"))
                    .as("seed %s", seed)
                    .hasValue(receipt.position());
        }
    }

    @Test
    void anyChangedCharacterIsRefused() {
        String id = capabilities.transactionId(RECEIPT.position(), TOPIC, "orders");
        String handle = capabilities.receiptHandle(RECEIPT, HOLDER);

        for (int i = 0; i < id.length(); i++) {
            assertThat(capabilities.transaction(changed(id, i), TOPIC, "orders"))
                    .isEmpty();
        }
        for (int i = 0; i < handle.length(); i++) {
            assertThat(capabilities.receipt(changed(handle, i), HOLDER)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "x",
                "0000000000001234",
                "../../../etc/passwd",
                "订单",
                "0000000000000000000000000000000000000000"
            })
    void rubbishIsRefused(String text) {
        assertThat(capabilities.transaction(text, TOPIC, "orders")).isEmpty();
        assertThat(capabilities.receipt(text, HOLDER)).isEmpty();
        assertThat(capabilities.transaction(text.repeat(100_000), TOPIC, "orders"))
                .isEmpty();
        assertThat(capabilities.receipt(text.repeat(100_000), HOLDER)).isEmpty();
    }

    @Test
    void upperCaseIsAnotherTextAndRefused() {
        String id = capabilities.transactionId(0xabcdefL, TOPIC, "orders");

        assertThat(capabilities.transaction(id.toUpperCase(Locale.ROOT), TOPIC, "orders"))
                .isEmpty();
    }

    @Test
    void transactionIdIsNoReceiptsMac() {
        // Same bytes under the MAC but for the kind: the label keeps them apart.
        String id = capabilities.transactionId(RECEIPT.position(), TOPIC, "stock");
        String handle = capabilities.receiptHandle(RECEIPT, new ReceiptScope("", "", "stock"));

        assertThat(handle).doesNotContain(id.substring(id.indexOf('-') + 1));
    }

    @Test
    void survivesARestartAndNotANewKey() throws Exception {
        String id = capabilities.transactionId(9, TOPIC, "orders");
        assertThat(Capabilities.open(data).transaction(id, TOPIC, "orders")).hasValue(9);

        Files.delete(data.resolve("capability.key"));
        assertThat(Capabilities.open(data).transaction(id, TOPIC, "orders")).isEmpty();
    }

    @Test
    void keyIsKeptPrivateAndIsRefusedWhenItIsNot() throws Exception {
        Path key = data.resolve("capability.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        String content = Files.readString(key);
        assertThat(content).matches("[0-9a-f]{64}\n");

        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> Capabilities.open(data)).hasMessageContaining("chmod 600");

        Fixture.writePrivate(key, content.substring(1));
        assertThatThrownBy(() -> Capabilities.open(data))
                .hasMessageContaining("64 hex digits")
                .satisfies(e -> assertThat(String.valueOf(e.getMessage())).doesNotContain(content.substring(1, 20)));
    }

    @Test
    void threadsDoNotDisturbEachOther() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Boolean>> rounds = IntStream.range(0, 8)
                    .mapToObj(t -> threads.submit(() -> roundTrips(t)))
                    .toList();
            for (Future<Boolean> round : rounds) {
                assertThat(round.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private boolean roundTrips(int thread) {
        String user = "user" + thread;
        return IntStream.range(0, 5_000)
                .allMatch(i -> capabilities
                                .transaction(capabilities.transactionId(i, TOPIC, user), TOPIC, user)
                                .orElse(-1)
                        == i);
    }

    /** Puts another character of both alphabets there. */
    private static String changed(String text, int at) {
        char old = text.charAt(at);
        char other = old == '0' ? 'f' : '0';
        return text.substring(0, at) + other + text.substring(at + 1);
    }
}
