package io.pledgemq.engine.state;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a fixed number of longs, kept in chunks: no object per row, no copy when it grows.
 *
 * <p>{@link #freeze} gives an unchanging view in time proportional to the number of chunks; a chunk is copied when it
 * is next written (copy on write), so a snapshot can be written by another thread while the state moves on.
 * {@link #trimBefore} drops rows from the front. One thread changes it.
 */
final class RowTable {
    private static final int SHIFT = 10;
    private static final int ROWS_PER_CHUNK = 1 << SHIFT;
    private static final int MASK = ROWS_PER_CHUNK - 1;

    private final int stride;
    private long[] @Nullable [] chunks = new long[4][];
    private boolean[] frozen = new boolean[4];
    /** Number of the chunk at index 0. */
    private long firstChunk;

    private long firstRow;
    private long endRow;

    RowTable(int stride) {
        this.stride = stride;
    }

    /** First row that is kept. */
    long firstRow() {
        return firstRow;
    }

    /** One behind the last row. */
    long endRow() {
        return endRow;
    }

    long get(long row, int column) {
        return chunkOf(row)[(int) (row & MASK) * stride + column];
    }

    void set(long row, int column, long value) {
        int index = (int) ((row >> SHIFT) - firstChunk);
        long[] chunk = chunkOf(row);
        if (frozen[index]) {
            chunk = chunk.clone();
            chunks[index] = chunk;
            frozen[index] = false;
        }
        chunk[(int) (row & MASK) * stride + column] = value;
    }

    /** Adds a row of zeros and returns its number. */
    long append() {
        long row = endRow++;
        int index = (int) ((row >> SHIFT) - firstChunk);
        if (index >= chunks.length) {
            chunks = Arrays.copyOf(chunks, chunks.length * 2);
            frozen = Arrays.copyOf(frozen, frozen.length * 2);
        }
        if (chunks[index] == null) {
            chunks[index] = new long[ROWS_PER_CHUNK * stride];
        }
        return row;
    }

    /** Drops all rows below the given one. */
    void trimBefore(long row) {
        Invariant.check(row >= firstRow && row <= endRow, "trim below", endRow, row);
        firstRow = row;
        int drop = (int) ((row >> SHIFT) - firstChunk);
        if (drop < chunks.length / 2 && drop < 1024) {
            for (int i = 0; i < drop; i++) {
                chunks[i] = null;
            }
            return;
        }
        int used = (int) (((endRow + MASK) >> SHIFT) - firstChunk);
        int keep = Math.max(used - drop, 0);
        int size = Math.max(4, Integer.highestOneBit(Math.max(keep, 1)) * 2);
        long[][] newChunks = new long[size][];
        boolean[] newFrozen = new boolean[size];
        System.arraycopy(chunks, drop, newChunks, 0, keep);
        System.arraycopy(frozen, drop, newFrozen, 0, keep);
        chunks = newChunks;
        frozen = newFrozen;
        firstChunk += drop;
    }

    private long[] chunkOf(long row) {
        long[] chunk = chunks[(int) ((row >> SHIFT) - firstChunk)];
        if (chunk == null || row < firstRow) {
            throw new Invariant.Broken("row " + row + " is below the first row " + firstRow);
        }
        return chunk;
    }

    /** An unchanging view of the rows as they are now. */
    Frozen freeze() {
        Arrays.fill(frozen, true);
        return new Frozen(stride, chunks.clone(), firstChunk, firstRow, endRow);
    }

    static RowTable read(DataInput in) throws IOException {
        RowTable table = new RowTable(in.readInt());
        table.firstRow = in.readLong();
        table.firstChunk = table.firstRow >> SHIFT;
        table.endRow = table.firstRow;
        long end = in.readLong();
        byte[] bytes = new byte[ROWS_PER_CHUNK * table.stride * Long.BYTES];
        while (table.endRow < end) {
            long row = table.append();
            int rows = (int) Math.min(end - row, ROWS_PER_CHUNK - (row & MASK));
            int longs = rows * table.stride;
            in.readFully(bytes, 0, longs * Long.BYTES);
            long[] chunk = table.chunkOf(row);
            ByteBuffer.wrap(bytes).asLongBuffer().get(chunk, (int) (row & MASK) * table.stride, longs);
            table.endRow = row + rows;
        }
        return table;
    }

    /** What {@link RowTable#freeze} returns; any thread may read it. */
    @SuppressWarnings("ArrayRecordComponent") // a private copy of the chunk list
    record Frozen(int stride, long[] @Nullable [] chunks, long firstChunk, long firstRow, long endRow) {
        void write(DataOutput out) throws IOException {
            out.writeInt(stride);
            out.writeLong(firstRow);
            out.writeLong(endRow);
            byte[] bytes = new byte[ROWS_PER_CHUNK * stride * Long.BYTES];
            long row = firstRow;
            while (row < endRow) {
                long[] chunk = chunks[(int) ((row >> SHIFT) - firstChunk)];
                if (chunk == null) {
                    throw new Invariant.Broken("frozen row " + row + " has no chunk");
                }
                int rows = (int) Math.min(endRow - row, ROWS_PER_CHUNK - (row & MASK));
                int longs = rows * stride;
                ByteBuffer.wrap(bytes).asLongBuffer().put(chunk, (int) (row & MASK) * stride, longs);
                out.write(bytes, 0, longs * Long.BYTES);
                row += rows;
            }
        }
    }
}
