package io.pledgemq.engine.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The names of a directory, as processes see them and as they are on the disk. Each creation, rename and deletion that
 * was not forced is kept or lost as a whole, independent of the others; a rename is atomic.
 */
final class SimDirectory {
    private record Change(
            @Nullable String removed, @Nullable String added, SimInode inode) {
        void applyTo(Map<String, SimInode> names) {
            if (removed != null) {
                names.remove(removed, inode);
            }
            if (added != null) {
                names.put(added, inode);
            }
        }
    }

    private final TreeMap<String, SimInode> seen = new TreeMap<>();
    private final TreeMap<String, SimInode> durable = new TreeMap<>();
    private final List<Change> pending = new ArrayList<>();

    Map<String, SimInode> names() {
        return seen;
    }

    @Nullable
    SimInode find(String name) {
        return seen.get(name);
    }

    SimInode create(String name) {
        SimInode inode = new SimInode();
        change(new Change(null, name, inode));
        return inode;
    }

    void rename(String from, String to, SimInode inode) {
        change(new Change(from, to, inode));
    }

    void delete(String name, SimInode inode) {
        change(new Change(name, null, inode));
    }

    void add(String name, SimInode inode) {
        seen.put(name, inode);
        durable.put(name, inode);
    }

    private void change(Change change) {
        change.applyTo(seen);
        pending.add(change);
    }

    void force() {
        pending.forEach(change -> change.applyTo(durable));
        pending.clear();
    }

    void losePower(SimInode.Loss loss, SplittableRandom random) {
        for (Change change : pending) {
            boolean kept =
                    switch (loss) {
                        case ALL -> false;
                        case NONE -> true;
                        case SOME, OLDEST_SURVIVE -> random.nextBoolean();
                    };
            if (kept) {
                change.applyTo(durable);
            }
        }
        pending.clear();
        seen.clear();
        seen.putAll(durable);
        seen.values().forEach(inode -> inode.losePower(loss, random));
    }
}
