package io.pledgemq.engine.backup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/** Copies one file in chunks and computes its checksum. */
final class CopiedFile {
    private static final int CHUNK_BYTES = 1 << 20;

    /** Reads at an offset until the buffer is full or the file ends. */
    @FunctionalInterface
    interface Source {
        void read(long offset, ByteBuffer target) throws IOException;
    }

    /** Called after each chunk; may throw to stop. */
    @FunctionalInterface
    interface Watch {
        void copied(long bytes) throws IOException;
    }

    private CopiedFile() {}

    /**
     * Writes and forces a copy.
     *
     * @param holes true: chunks of zeros are not written, so that they take no space
     */
    static BackupManifest.Entry write(Source source, Path target, Length length, boolean holes, Watch watch)
            throws IOException {
        CRC32C crc = new CRC32C();
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        try (FileChannel channel = PrivateFiles.create(target)) {
            for (long at = 0; at < length.bytes; at += CHUNK_BYTES) {
                int size = (int) Math.min(CHUNK_BYTES, length.bytes - at);
                fill(source, at, chunk, size, length.limit);
                crc.update(chunk.duplicate());
                boolean last = at + size == length.bytes;
                if (!holes || last || !isZero(chunk)) {
                    write(channel, at, chunk);
                }
                watch.copied(size);
            }
            channel.force(true);
        }
        return new BackupManifest.Entry(String.valueOf(target.getFileName()), length.bytes, (int) crc.getValue());
    }

    /**
     * How much to copy.
     *
     * @param limit bytes behind it are copied as zeros
     */
    record Length(long bytes, long limit) {
        static Length all(long bytes) {
            return new Length(bytes, bytes);
        }
    }

    /** The CRC32C of a file. */
    static int crc(Source source, long bytes) throws IOException {
        CRC32C crc = new CRC32C();
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        for (long at = 0; at < bytes; at += CHUNK_BYTES) {
            fill(source, at, chunk, (int) Math.min(CHUNK_BYTES, bytes - at), bytes);
            crc.update(chunk);
        }
        return (int) crc.getValue();
    }

    private static void fill(Source source, long at, ByteBuffer chunk, int size, long limit) throws IOException {
        int real = (int) Math.max(0, Math.min(size, limit - at));
        chunk.clear().limit(real);
        source.read(at, chunk);
        if (chunk.hasRemaining()) {
            throw new IOException("expected " + real + " bytes at " + at + ", the file ends after " + chunk.position());
        }
        chunk.limit(size);
        while (chunk.hasRemaining()) {
            chunk.put((byte) 0);
        }
        chunk.flip();
    }

    private static void write(FileChannel channel, long offset, ByteBuffer chunk) throws IOException {
        ByteBuffer bytes = chunk.duplicate();
        long at = offset;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }

    private static boolean isZero(ByteBuffer chunk) {
        return chunk.mismatch(ByteBuffer.allocate(chunk.limit())) < 0;
    }
}
