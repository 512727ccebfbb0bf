package io.pledgemq.engine.log;

import io.pledgemq.engine.io.Storage;
import io.pledgemq.engine.io.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** One open segment: its file and its verified header. Frames are verified at every read. */
record SegmentFile(SegmentHeader header, StorageFile file) {
    private static final Pattern NAME = Pattern.compile("segment-(\\d{10})\\.log");

    /** One read fetches a whole frame up to this size. */
    private static final int FIRST_READ_BYTES = 2048;

    static String name(int number) {
        return String.format(Locale.ROOT, "segment-%010d.log", number);
    }

    /** The number in a segment's file name, or null if it is not a segment. */
    static @Nullable Integer numberIn(String fileName) {
        Matcher matcher = NAME.matcher(fileName);
        if (!matcher.matches()) {
            return null;
        }
        long number = Long.parseLong(matcher.group(1));
        return number < 1 || number > Integer.MAX_VALUE ? null : (int) number;
    }

    /** Opens a segment and verifies its header. */
    static SegmentFile open(Storage storage, int number) throws IOException {
        StorageFile file = storage.open(name(number));
        boolean verified = false;
        try {
            ByteBuffer bytes = ByteBuffer.allocate(SegmentHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            file.readFully(0, bytes);
            SegmentHeader header = SegmentHeader.decode(bytes.flip(), number, file.sizeBytes());
            verified = true;
            return new SegmentFile(header, file);
        } finally {
            if (!verified) {
                file.close();
            }
        }
    }

    int number() {
        return header.number();
    }

    int sizeBytes() {
        return header.segmentBytes();
    }

    String name() {
        return name(header.number());
    }

    long position(int offset) {
        return Position.of(header.number(), offset);
    }

    DamagedLogException damaged(long from, long to, String reason) {
        return new DamagedLogException(new DamagedRange(name(), from, to, reason));
    }

    /** Reads and verifies the frame at {@code offset}. */
    Frame read(int offset) throws IOException {
        int room = sizeBytes() - offset;
        if (offset < SegmentHeader.BYTES || room < FrameFormat.HEADER_BYTES) {
            throw new IllegalArgumentException("no frame can be at " + Position.text(position(offset)));
        }
        ByteBuffer bytes = readBytes(offset, Math.min(FIRST_READ_BYTES, room));
        if (FrameFormat.ownPosition(bytes, 0) != position(offset)) {
            throw damaged(offset, offset + FrameFormat.HEADER_BYTES, wrongPosition(bytes, 0, position(offset)));
        }
        int length = FrameFormat.length(bytes, 0);
        if (length < FrameFormat.HEADER_BYTES || length > room) {
            throw damaged(offset, offset + FrameFormat.HEADER_BYTES, wrongLength(length, room));
        }
        int padded = FrameFormat.align(length);
        if (padded > bytes.limit()) {
            bytes = readBytes(offset, padded);
        }
        int checksum = FrameFormat.checksum(bytes, 0, padded, new CRC32C());
        if (checksum != FrameFormat.storedChecksum(bytes, 0)) {
            throw damaged(offset, offset + padded, wrongChecksum(bytes, 0, checksum));
        }
        return FrameFormat.frame(bytes, 0);
    }

    private ByteBuffer readBytes(int offset, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        int read = file.readFully(offset, bytes);
        if (read < count) {
            throw damaged(offset, offset + count, "expected " + count + " bytes, the file ends after " + read);
        }
        return bytes.flip();
    }

    static String wrongPosition(ByteBuffer bytes, int index, long expected) {
        return "expected a frame with its own position " + Position.text(expected) + ", found "
                + Position.text(FrameFormat.ownPosition(bytes, index));
    }

    static String wrongLength(int length, int room) {
        return "expected a frame length from " + FrameFormat.HEADER_BYTES + " to " + room + ", found " + length;
    }

    static String wrongChecksum(ByteBuffer bytes, int index, int checksum) {
        return String.format(
                Locale.ROOT,
                "expected CRC32C %08x, the bytes have %08x",
                FrameFormat.storedChecksum(bytes, index),
                checksum);
    }
}
