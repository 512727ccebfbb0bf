package io.pledgemq.server.access;

import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.Receipt;
import io.pledgemq.server.files.UnusableFileException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Names of transactions and leases that travel through clients and come back. Each carries a MAC over what it names and
 * for whom it was made, so only that user can bring it back, and nobody can make one up.
 *
 * <pre>
 * transaction id   16 hex digits of the reference, "-", 28 hex digits of the MAC; made for a topic and user
 * recall handle    base64url of: message id (its ASCII characters), MAC (14); made for a topic
 * receipt handle   base64url of: slot (4 bytes), reference (8), nonce (4), MAC (14); made for a group, topic and user
 * </pre>
 *
 * The MAC is HMAC-SHA256 cut to 112 bits (a handle so fills its base64 without spare bits, and each has one spelling),
 * over a label for the kind and every part with its length before it. A check that is sent to a client carries a
 * transaction id made for that client's user. Safe for all threads; a few microseconds per call, no I/O.
 */
public final class Capabilities {

    private static final int MAC_BYTES = 14;
    private static final int RECEIPT_BYTES = Integer.BYTES + Long.BYTES + Integer.BYTES;
    private static final int HANDLE_LENGTH = 40;
    private static final int REFERENCE_HEX_LENGTH = 2 * Long.BYTES;
    private static final Pattern TRANSACTION_ID =
            Pattern.compile("[0-9a-f]{" + REFERENCE_HEX_LENGTH + "}-[0-9a-f]{" + 2 * MAC_BYTES + "}");
    /** Whole groups of four characters, and a rest that base64 can have. */
    private static final Pattern RECALL_HANDLE = Pattern.compile("([A-Za-z0-9_-]{4})*([A-Za-z0-9_-]{2,3})?");

    private static final int MAX_RECALL_HANDLE_LENGTH = 2 * MessageId.MAX_LENGTH;
    private static final Pattern HANDLE = Pattern.compile("[A-Za-z0-9_-]{" + HANDLE_LENGTH + "}");

    private final ThreadLocal<Mac> macs;

    private Capabilities(SecretKeySpec key) {
        this.macs = ThreadLocal.withInitial(() -> {
            Mac mac = Digests.mac("HmacSHA256");
            Digests.key(mac, key);
            return mac;
        });
    }

    /** Reads the key from the data directory, or makes it there at the first start. */
    public static Capabilities open(Path dataDirectory) throws UnusableFileException {
        return new Capabilities(CapabilityKey.readOrCreate(dataDirectory, new SecureRandom()));
    }

    /**
     * Returns the transaction id of a half message.
     *
     * @param topic the message's own
     * @param user {@link Principal#name} of the one who may decide it
     */
    public String transactionId(long position, String topic, String user) {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(position) + "-" + hex.formatHex(transactionMac(position, topic, user));
    }

    /** Returns the reference of a transaction id; empty if it was not made here for this topic and user. */
    public OptionalLong transaction(String transactionId, String topic, String user) {
        // Length first: the pattern is not to walk through what cannot be one.
        if (transactionId.length() != REFERENCE_HEX_LENGTH + 1 + 2 * MAC_BYTES
                || !TRANSACTION_ID.matcher(transactionId).matches()) {
            return OptionalLong.empty();
        }
        long position = HexFormat.fromHexDigitsToLong(transactionId, 0, REFERENCE_HEX_LENGTH);
        byte[] mac = HexFormat.of().parseHex(transactionId.substring(REFERENCE_HEX_LENGTH + 1));
        return MessageDigest.isEqual(mac, transactionMac(position, topic, user))
                ? OptionalLong.of(position)
                : OptionalLong.empty();
    }

    /** Returns the handle of a lease: {@value #HANDLE_LENGTH} characters that are safe in URLs. */
    public String receiptHandle(Receipt receipt, ReceiptScope scope) {
        byte[] parts = bytes(receipt);
        byte[] handle = Arrays.copyOf(parts, RECEIPT_BYTES + MAC_BYTES);
        System.arraycopy(receiptMac(parts, scope), 0, handle, RECEIPT_BYTES, MAC_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(handle);
    }

    /** Returns the receipt in a handle; empty if it was not made here for this scope. */
    public Optional<Receipt> receipt(String handle, ReceiptScope scope) {
        if (handle.length() != HANDLE_LENGTH || !HANDLE.matcher(handle).matches()) {
            return Optional.empty();
        }
        byte[] bytes = Base64.getUrlDecoder().decode(handle);
        byte[] parts = Arrays.copyOf(bytes, RECEIPT_BYTES);
        byte[] mac = Arrays.copyOfRange(bytes, RECEIPT_BYTES, bytes.length);
        if (!MessageDigest.isEqual(mac, receiptMac(parts, scope))) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(parts);
        return Optional.of(new Receipt(in.getInt(), in.getLong(), in.getInt()));
    }

    /** Returns the text that takes back a delayed message of this topic. */
    public String recallHandle(MessageId id, String topic) {
        byte[] text = id.text().getBytes(StandardCharsets.US_ASCII);
        byte[] handle = Arrays.copyOf(text, text.length + MAC_BYTES);
        System.arraycopy(recallMac(text, topic), 0, handle, text.length, MAC_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(handle);
    }

    /** Returns the message of a recall handle; empty if it was not made here for this topic. */
    public Optional<MessageId> recalled(String handle, String topic) {
        if (handle.length() > MAX_RECALL_HANDLE_LENGTH
                || !RECALL_HANDLE.matcher(handle).matches()) {
            return Optional.empty();
        }
        byte[] bytes = Base64.getUrlDecoder().decode(handle);
        if (bytes.length <= MAC_BYTES) {
            return Optional.empty();
        }
        byte[] text = Arrays.copyOf(bytes, bytes.length - MAC_BYTES);
        byte[] mac = Arrays.copyOfRange(bytes, text.length, bytes.length);
        return MessageDigest.isEqual(mac, recallMac(text, topic))
                ? Optional.of(MessageId.of(new String(text, StandardCharsets.US_ASCII)))
                : Optional.empty();
    }

    private byte[] recallMac(byte[] id, String topic) {
        Mac mac = macs.get();
        mac.update((byte) 'C');
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, id.length));
        mac.update(id);
        update(mac, topic);
        return Arrays.copyOf(mac.doFinal(), MAC_BYTES);
    }

    private static byte[] bytes(Receipt receipt) {
        return ByteBuffer.allocate(RECEIPT_BYTES)
                .putInt(receipt.slot())
                .putLong(receipt.position())
                .putInt(receipt.nonce())
                .array();
    }

    private byte[] transactionMac(long position, String topic, String user) {
        Mac mac = macs.get();
        mac.update((byte) 'T');
        mac.update(ByteBuffer.allocate(Long.BYTES).putLong(0, position));
        update(mac, topic);
        update(mac, user);
        return Arrays.copyOf(mac.doFinal(), MAC_BYTES);
    }

    private byte[] receiptMac(byte[] parts, ReceiptScope scope) {
        Mac mac = macs.get();
        mac.update((byte) 'R');
        mac.update(parts);
        update(mac, scope.group());
        update(mac, scope.topic());
        update(mac, scope.user());
        return Arrays.copyOf(mac.doFinal(), MAC_BYTES);
    }

    private static void update(Mac mac, String part) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
        mac.update(bytes);
    }

    @Override
    public String toString() {
        return "Capabilities";
    }
}
