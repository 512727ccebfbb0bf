package io.pledgemq.engine.writer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TimerHeapTest {
    /** The first one due, then the lowest slot. */
    private static int first(Map<Integer, Long> timers, long now) {
        int best = -1;
        for (Map.Entry<Integer, Long> timer : timers.entrySet()) {
            if (timer.getValue() <= now && (best < 0 || timer.getValue() < timers.getOrDefault(best, 0L))) {
                best = timer.getKey();
            }
        }
        return best;
    }

    @Test
    void doesWhatAMapOfTimersDoes() {
        SplittableRandom random = new SplittableRandom(7);
        TimerHeap heap = new TimerHeap();
        Map<Integer, Long> model = new TreeMap<>();
        for (int step = 0; step < 50_000; step++) {
            int slot = random.nextInt(200);
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    long due = random.nextInt(300);
                    heap.set(slot, due);
                    model.put(slot, due);
                }
                case 2 -> {
                    heap.remove(slot);
                    model.remove(slot);
                }
                default -> {
                    long now = random.nextInt(300);
                    int expected = first(model, now);
                    assertThat(heap.pollDue(now)).isEqualTo(expected);
                    model.remove(expected);
                }
            }
            assertThat(heap.size()).isEqualTo(model.size());
            assertThat(heap.nextDue())
                    .isEqualTo(
                            model.values().stream().mapToLong(due -> due).min().orElse(Long.MAX_VALUE));
        }
    }
}
