package io.pledgemq.engine.snapshot;

import io.pledgemq.engine.io.StorageFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Reads a file from its beginning through a buffer. */
final class ChecksummedInput extends InputStream {
    private static final int BUFFER_BYTES = 1 << 18;

    private final StorageFile file;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).flip();
    private final Snapshots.ReadProgress progress;
    private final long sizeBytes;
    private long offset;

    ChecksummedInput(StorageFile file, Snapshots.ReadProgress progress) throws IOException {
        this.file = file;
        this.progress = progress;
        this.sizeBytes = file.sizeBytes();
    }

    /**
     * Compares the CRC32C at the end with all bytes before it.
     *
     * @throws IOException if they differ
     */
    static void verify(StorageFile file, String name) throws IOException {
        long size = file.sizeBytes() - Integer.BYTES;
        if (size < 0) {
            throw new IOException(name + " is damaged: it has " + file.sizeBytes() + " bytes");
        }
        CRC32C crc = new CRC32C();
        ByteBuffer chunk = ByteBuffer.allocate(BUFFER_BYTES);
        for (long at = 0; at < size; at += chunk.limit()) {
            chunk.clear().limit((int) Math.min(BUFFER_BYTES, size - at));
            file.readFully(at, chunk);
            crc.update(chunk.flip());
        }
        ByteBuffer sum = ByteBuffer.allocate(Integer.BYTES);
        file.readFully(size, sum);
        if (sum.flip().getInt() != (int) crc.getValue()) {
            throw new IOException(name + " is damaged: its checksum does not match its " + size + " bytes");
        }
    }

    private boolean fill() throws IOException {
        buffer.clear();
        int count = file.read(offset, buffer);
        buffer.flip();
        offset += Math.max(count, 0);
        progress.read(offset, sizeBytes);
        return count > 0;
    }

    @Override
    public int read() throws IOException {
        if (!buffer.hasRemaining() && !fill()) {
            return -1;
        }
        return buffer.get() & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        if (!buffer.hasRemaining() && !fill()) {
            return -1;
        }
        int count = Math.min(length, buffer.remaining());
        buffer.get(bytes, from, count);
        return count;
    }
}
