package io.pledgemq.engine.state;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Ids of messages that are decided or were sent plainly, so that a repeated id is stored once and a repeated decision
 * gets the same answer.
 *
 * <p>Bounded: two generations of {@link #GENERATION} ids. When the younger is full the older is forgotten; still older
 * ids are found through the log.
 */
public final class Recent {
    static final int GENERATION = 1 << 17;

    /** How a remembered message ended. */
    public enum Ending {
        SENT(0),
        COMMITTED(1),
        ROLLED_BACK(2),
        RECALLED(3);

        private static final Ending[] ALL = values();

        private final int code;

        Ending(int code) {
            this.code = code;
        }
    }

    private static final int STRIDE = 4;

    private Generation young = new Generation(new RowTable(STRIDE), 0);
    private Generation old = new Generation(new RowTable(STRIDE), 0);

    private static final class Generation {
        final RowTable rows;
        final IdIndex index;

        Generation(RowTable rows, int capacity) {
            this.rows = rows;
            this.index = new IdIndex(row -> rows.get(row, 0), row -> rows.get(row, 1), capacity);
            for (int row = 0; row < rows.endRow(); row++) {
                index.put(row);
            }
        }
    }

    /**
     * How a remembered message ended.
     *
     * @param position its position in the log
     */
    public record Remembered(long position, Ending ending) {}

    void add(long idHigh, long idLow, long position, Ending ending) {
        if (young.rows.endRow() >= GENERATION) {
            old = young;
            young = new Generation(new RowTable(STRIDE), GENERATION);
        }
        int row = (int) young.rows.append();
        young.rows.set(row, 0, idHigh);
        young.rows.set(row, 1, idLow);
        young.rows.set(row, 2, position);
        young.rows.set(row, 3, ending.code);
        young.index.put(row);
    }

    /** How the message with this id ended, or null if the id is not remembered. */
    public @Nullable Remembered find(long idHigh, long idLow) {
        Remembered found = find(young, idHigh, idLow);
        return found != null ? found : find(old, idHigh, idLow);
    }

    private static @Nullable Remembered find(Generation generation, long idHigh, long idLow) {
        int row = generation.index.find(idHigh, idLow);
        if (row < 0) {
            return null;
        }
        return new Remembered(generation.rows.get(row, 2), Ending.ALL[(int) generation.rows.get(row, 3)]);
    }

    Frozen freeze() {
        return new Frozen(old.rows.freeze(), young.rows.freeze());
    }

    static Recent read(DataInput in) throws IOException {
        Recent recent = new Recent();
        recent.old = new Generation(RowTable.read(in), 0);
        recent.young = new Generation(RowTable.read(in), 0);
        return recent;
    }

    record Frozen(RowTable.Frozen old, RowTable.Frozen young) {
        void write(DataOutput out) throws IOException {
            old.write(out);
            young.write(out);
        }
    }
}
