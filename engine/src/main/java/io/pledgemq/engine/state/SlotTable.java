package io.pledgemq.engine.state;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A {@link RowTable} whose rows are allocated and freed. The chain of free rows is part of the state, so a state read
 * from a snapshot allocates the same slots as the one that wrote it.
 */
final class SlotTable {
    private static final int NEXT_FREE = 0;
    private static final int NONE = -1;

    private final RowTable rows;
    private int firstFree = NONE;
    private int used;

    SlotTable(int stride) {
        this(new RowTable(stride));
    }

    private SlotTable(RowTable rows) {
        this.rows = rows;
    }

    /** Allocates a slot. Its columns keep their old values, so the caller sets all of them. */
    int allocate() {
        used++;
        if (firstFree == NONE) {
            return Math.toIntExact(rows.append());
        }
        int slot = firstFree;
        firstFree = (int) rows.get(slot, NEXT_FREE);
        return slot;
    }

    /** Frees a slot. The caller has marked it as free in another column than the first. */
    void free(int slot) {
        rows.set(slot, NEXT_FREE, firstFree);
        firstFree = slot;
        used--;
    }

    long get(int slot, int column) {
        return rows.get(slot, column);
    }

    void set(int slot, int column, long value) {
        rows.set(slot, column, value);
    }

    /** One behind the highest slot ever used. */
    int end() {
        return (int) rows.endRow();
    }

    int used() {
        return used;
    }

    Frozen freeze() {
        return new Frozen(rows.freeze(), firstFree, used);
    }

    static SlotTable read(DataInput in) throws IOException {
        int firstFree = in.readInt();
        int used = in.readInt();
        SlotTable table = new SlotTable(RowTable.read(in));
        table.firstFree = firstFree;
        table.used = used;
        return table;
    }

    record Frozen(RowTable.Frozen rows, int firstFree, int used) {
        void write(DataOutput out) throws IOException {
            out.writeInt(firstFree);
            out.writeInt(used);
            rows.write(out);
        }
    }
}
