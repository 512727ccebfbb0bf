package io.pledgemq.engine.snapshot;

import io.pledgemq.engine.io.StorageFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Writes a file from its beginning through a buffer, and its CRC32C behind it. */
final class ChecksummedOutput extends OutputStream {
    private static final int BUFFER_BYTES = 1 << 18;

    private final StorageFile file;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private final CRC32C crc = new CRC32C();
    private long written;

    ChecksummedOutput(StorageFile file) {
        this.file = file;
    }

    @Override
    public void write(int value) throws IOException {
        if (!buffer.hasRemaining()) {
            drain();
        }
        buffer.put((byte) value);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int from = offset;
        int left = length;
        while (left > 0) {
            if (!buffer.hasRemaining()) {
                drain();
            }
            int count = Math.min(left, buffer.remaining());
            buffer.put(bytes, from, count);
            from += count;
            left -= count;
        }
    }

    private void drain() throws IOException {
        buffer.flip();
        crc.update(buffer.duplicate());
        int count = buffer.remaining();
        file.write(written, buffer);
        written += count;
        buffer.clear();
    }

    /** Writes what is left and the checksum; nothing can be written after it. */
    void finish() throws IOException {
        drain();
        ByteBuffer sum = ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue());
        file.write(written, sum.flip());
    }
}
