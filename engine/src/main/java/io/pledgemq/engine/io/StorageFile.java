package io.pledgemq.engine.io;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One open file. Writes come from one thread at a time, which must not be interrupted; reads come from any thread, and
 * an interrupted reader neither fails nor disturbs others.
 */
public interface StorageFile extends AutoCloseable {
    /**
     * Writes all remaining bytes of {@code source} at {@code offset}. If it throws, any part of them may have been
     * written.
     *
     * @throws StorageFullException if the disk or the quota is full
     */
    void write(long offset, ByteBuffer source) throws IOException;

    /**
     * Reads at {@code offset} into {@code target}, at most its remaining bytes, possibly fewer.
     *
     * @return how many bytes were read, or -1 at the end of the file
     */
    int read(long offset, ByteBuffer target) throws IOException;

    /**
     * Returns when everything written is on the disk.
     *
     * @param metadata true once after creation, when the blocks are new; false (cheaper) for bytes in place
     */
    void force(boolean metadata) throws IOException;

    /**
     * Releases what only writing needs; reads still work. The next write acquires it again.
     *
     * @throws IOException if the channel for writing cannot be closed
     */
    default void doneWriting() throws IOException {}

    long sizeBytes() throws IOException;

    @Override
    void close() throws IOException;

    /** Reads until {@code target} is full or the file ends; returns the number of bytes read. */
    default int readFully(long offset, ByteBuffer target) throws IOException {
        int total = 0;
        while (target.hasRemaining()) {
            int count = read(offset + total, target);
            if (count < 0) {
                break;
            }
            total += count;
        }
        return total;
    }
}
