package io.pledgemq.engine.sim;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * The bytes of a file three times: as processes see them (the page cache), as they are on the disk, and what was
 * written in between, sector by sector and version by version. Sectors are atomic; their order is not.
 */
final class SimInode {
    static final int SECTOR_BYTES = 512;

    /** What a power cut does to the writes that were not forced. */
    enum Loss {
        ALL,
        NONE,
        SOME,
        OLDEST_SURVIVE
    }

    private final TreeMap<Integer, List<byte[]>> pending = new TreeMap<>();
    private byte[] cache = new byte[0];
    private byte[] disk = new byte[0];

    int size() {
        return cache.length;
    }

    byte[] cached() {
        return cache.clone();
    }

    int read(int offset, ByteBuffer target, int count) {
        target.put(cache, offset, count);
        return count;
    }

    void write(int offset, byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        int end = offset + bytes.length;
        if (end > cache.length) {
            cache = Arrays.copyOf(cache, end);
        }
        System.arraycopy(bytes, 0, cache, offset, bytes.length);
        for (int sector = offset / SECTOR_BYTES; sector * SECTOR_BYTES < end; sector++) {
            pending.computeIfAbsent(sector, s -> new ArrayList<>()).add(sectorOf(cache, sector));
        }
    }

    private static byte[] sectorOf(byte[] bytes, int sector) {
        int from = sector * SECTOR_BYTES;
        return Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + SECTOR_BYTES));
    }

    void force() {
        for (Map.Entry<Integer, List<byte[]>> sector : pending.entrySet()) {
            List<byte[]> versions = sector.getValue();
            store(sector.getKey(), versions.get(versions.size() - 1));
        }
        pending.clear();
    }

    /** A force that failed: the cache calls its pages clean, the disk never gets them unless they are written again. */
    void forgetPending() {
        pending.clear();
    }

    private void store(int sector, byte[] content) {
        int from = sector * SECTOR_BYTES;
        if (from + content.length > disk.length) {
            disk = Arrays.copyOf(disk, from + content.length);
        }
        System.arraycopy(content, 0, disk, from, content.length);
    }

    void losePower(Loss loss, SplittableRandom random) {
        for (Map.Entry<Integer, List<byte[]>> sector : pending.entrySet()) {
            List<byte[]> versions = sector.getValue();
            int kept =
                    switch (loss) {
                        case ALL -> 0;
                        case NONE -> versions.size();
                        case SOME -> random.nextInt(versions.size() + 1);
                        case OLDEST_SURVIVE -> random.nextInt(4) == 0 ? 0 : 1;
                    };
            if (kept > 0) {
                store(sector.getKey(), versions.get(kept - 1));
            }
        }
        pending.clear();
        cache = disk.clone();
    }

    void flip(int offset, int bit) {
        cache[offset] ^= (byte) (1 << bit);
        if (offset < disk.length) {
            disk[offset] ^= (byte) (1 << bit);
        }
    }

    /** The same file as if everything had been forced. */
    SimInode settledCopy() {
        SimInode copy = new SimInode();
        copy.cache = cache.clone();
        copy.disk = cache.clone();
        return copy;
    }
}
