package io.pledgemq.engine.io;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the files of a directory that are open for reading. A thread that opens one more closes the least recently
 * used one; a thread that reads there at that moment opens it again. Safe for all threads.
 */
final class OpenFiles {
    private final int bound;
    private final Set<DiskFile> open = new HashSet<>();
    /** Number of openings. It serves as the time of a use, so that a read costs next to nothing. */
    private volatile long openings;

    OpenFiles(int bound) {
        this.bound = bound;
    }

    /** The time of a use. */
    long now() {
        return openings;
    }

    /** Records an opened file. Returns one that the caller must close, without holding a lock, or null. */
    @Nullable
    synchronized DiskFile opened(DiskFile file) {
        openings++;
        open.add(file);
        if (open.size() <= bound) {
            return null;
        }
        DiskFile oldest = null;
        for (DiskFile candidate : open) {
            if (candidate != file && (oldest == null || candidate.usedAt() < oldest.usedAt())) {
                oldest = candidate;
            }
        }
        if (oldest != null) {
            open.remove(oldest);
        }
        return oldest;
    }

    synchronized void closed(DiskFile file) {
        open.remove(file);
    }
}
