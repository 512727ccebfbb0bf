package io.pledgemq.engine.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The tables without objects, against the collections of java.util. */
class TablesTest {
    private final SplittableRandom random = new SplittableRandom(11);

    @Test
    void anIdIndexFindsWhatAMapFinds() {
        long[][] ids = new long[500][2];
        IdIndex index = new IdIndex(slot -> ids[slot][0], slot -> ids[slot][1]);
        Map<List<Long>, Integer> model = new HashMap<>();
        ArrayDeque<Integer> free = new ArrayDeque<>();
        for (int slot = 0; slot < ids.length; slot++) {
            free.add(slot);
        }
        for (int step = 0; step < 50_000; step++) {
            // Few values, so that homes collide and the same id comes back.
            List<Long> id = List.of((long) random.nextInt(40), (long) random.nextInt(20));
            Integer known = model.get(id);
            assertThat(index.find(id.get(0), id.get(1))).isEqualTo(known == null ? -1 : known);
            if (known != null && random.nextBoolean()) {
                index.remove(known);
                model.remove(id);
                free.add(known);
            } else if (known == null && !free.isEmpty()) {
                int slot = free.remove();
                ids[slot][0] = id.get(0);
                ids[slot][1] = id.get(1);
                index.put(slot);
                model.put(id, slot);
            }
        }
    }

    @Test
    void aLongIntMapHoldsWhatAMapHolds() {
        LongIntMap map = new LongIntMap(-7);
        Map<Long, Integer> model = new HashMap<>();
        for (int step = 0; step < 50_000; step++) {
            long key = (1 + random.nextInt(300)) * 0x9e3779b97f4a7c15L;
            switch (random.nextInt(3)) {
                case 0 -> {
                    map.put(key, step);
                    model.put(key, step);
                }
                case 1 -> {
                    map.remove(key);
                    model.remove(key);
                }
                default -> assertThat(map.get(key)).isEqualTo(model.getOrDefault(key, -7));
            }
            assertThat(map.size()).isEqualTo(model.size());
        }
    }

    @Test
    void aRowTableIsAListThatForgetsItsFront() throws IOException {
        RowTable table = new RowTable(2);
        List<long[]> model = new ArrayList<>();
        long first = 0;
        for (int step = 0; step < 30_000; step++) {
            int kind = random.nextInt(10);
            if (kind < 6 || first == model.size()) {
                long row = table.append();
                assertThat(row).isEqualTo(model.size());
                model.add(new long[] {step, 0});
                table.set(row, 0, step);
            } else if (kind < 9) {
                long row = first + random.nextLong(model.size() - first);
                model.get((int) row)[1] = step;
                table.set(row, 1, step);
            } else if (random.nextInt(20) == 0) {
                first += random.nextLong(model.size() - first + 1);
                table.trimBefore(first);
            } else if (random.nextInt(50) == 0) {
                checkFrozen(table, model, first);
            }
            assertThat(table.endRow()).isEqualTo(model.size());
            assertThat(table.firstRow()).isEqualTo(first);
        }
        for (long row = first; row < model.size(); row++) {
            assertThat(table.get(row, 0)).isEqualTo(model.get((int) row)[0]);
            assertThat(table.get(row, 1)).isEqualTo(model.get((int) row)[1]);
        }
    }

    /** A frozen view is written after the table went on, and reads back as it was. */
    private void checkFrozen(RowTable table, List<long[]> model, long first) throws IOException {
        RowTable.Frozen frozen = table.freeze();
        long[] before = new long[model.size()];
        for (long row = first; row < model.size(); row++) {
            before[(int) row] = model.get((int) row)[1];
            model.get((int) row)[1] = -row;
            table.set(row, 1, -row);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        frozen.write(new DataOutputStream(bytes));
        RowTable read = RowTable.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        assertThat(read.firstRow()).isEqualTo(first);
        assertThat(read.endRow()).isEqualTo(model.size());
        for (long row = first; row < model.size(); row++) {
            assertThat(read.get(row, 1)).isEqualTo(before[(int) row]);
        }
    }

    @Test
    void slotsAreAllocatedInTheSameOrderAfterASnapshot() throws IOException {
        SlotTable table = new SlotTable(2);
        List<Integer> used = new ArrayList<>();
        for (int step = 0; step < 2_000; step++) {
            if (used.isEmpty() || random.nextInt(5) < 3) {
                int slot = table.allocate();
                assertThat(used).doesNotContain(slot);
                used.add(slot);
            } else {
                table.free(used.remove(random.nextInt(used.size())));
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        table.freeze().write(new DataOutputStream(bytes));
        SlotTable read = SlotTable.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        for (int i = 0; i < 1_000; i++) {
            assertThat(read.allocate()).isEqualTo(table.allocate());
            assertThat(read.used()).isEqualTo(table.used());
        }
    }
}
