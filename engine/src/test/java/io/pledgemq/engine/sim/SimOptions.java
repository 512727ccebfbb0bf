package io.pledgemq.engine.sim;

import io.pledgemq.engine.command.CheckPolicy;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.log.LogConfig;
import java.util.SplittableRandom;

/**
 * The tendencies of one run, drawn from its seed: a run that never crashes reaches other states than one that often
 * does, and without one kind of work another one piles up.
 *
 * @param percents how likely in a turn: a crash is armed, a failing call or force is armed, the disk becomes full or
 *     free, a snapshot is written
 * @param trims messages are trimmed and segments deleted, so that the log alone is not enough any more
 * @param weights how likely each kind of work is, see {@link Traffic}
 * @param rows limits of memory
 */
@SuppressWarnings("ArrayRecordComponent") // written once, by draw
record SimOptions(
        LogConfig log,
        int turns,
        int opsPerTurn,
        int[] percents,
        boolean trims,
        boolean shortReads,
        CheckPolicy checks,
        int[] weights,
        Limits.Rows rows) {
    private static final int[] SOMETIMES = {0, 0, 1, 3, 10, 25};

    /**
     * @param narrow draws the limits and the quiet time from a separate source, so that they do not change the other
     *     draws
     */
    static SimOptions draw(SplittableRandom random, SplittableRandom narrow) {
        int segmentBytes = 1 << (13 + random.nextInt(3));
        int[] percents = new int[4];
        for (int i = 0; i < percents.length; i++) {
            percents[i] = SOMETIMES[random.nextInt(SOMETIMES.length)];
        }
        int[] weights = new int[Traffic.KINDS];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(10);
        }
        Limits.Rows rows = narrow.nextInt(3) == 0 ? rows(narrow) : Limits.Rows.DEFAULT;
        long quietMs = narrow.nextBoolean() ? 0 : narrow.nextInt(3_000);
        return new SimOptions(
                new LogConfig(segmentBytes, segmentBytes - 1024, 1),
                30 + random.nextInt(120),
                1 + random.nextInt(8),
                percents,
                random.nextBoolean(),
                random.nextInt(4) == 0,
                new CheckPolicy(
                        10 + random.nextInt(1000), 2000, 1 + random.nextInt(4), 10 + random.nextInt(500), quietMs),
                weights,
                rows);
    }

    private static Limits.Rows rows(SplittableRandom random) {
        int pending = 1 + random.nextInt(12);
        int unsettled = 1 + random.nextInt(40);
        return new Limits.Rows(
                pending,
                1 + random.nextInt(pending),
                unsettled,
                1 + random.nextInt(Math.min(8, unsettled)),
                Integer.MAX_VALUE);
    }

    int crashPercent() {
        return percents[0];
    }

    int failPercent() {
        return percents[1] / 3;
    }

    int fullPercent() {
        return percents[2] / 3;
    }

    int snapshotPercent() {
        return percents[3];
    }
}
