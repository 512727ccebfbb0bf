package io.pledgemq.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * The whole engine against the model, seed by seed. {@code -Dpledgemq.seeds=N} runs more, {@code -Dpledgemq.seed=S}
 * begins with (or, alone, repeats) one.
 */
class SimulationTest {
    private static final int USUAL_SEEDS = 150;
    private static final long FIRST_SEED = 1;

    private static Simulation.Result run(long seed) {
        Simulation simulation = new Simulation(seed);
        boolean passed = false;
        try {
            Simulation.Result result = simulation.run();
            passed = true;
            return result;
        } finally {
            if (!passed) {
                simulation.tail().forEach(System.err::println);
                System.err.println("repeat with: mvn -pl engine test -Dtest=SimulationTest -Dpledgemq.seed=" + seed);
            }
        }
    }

    @Test
    void acknowledgedResultsHoldWhateverGoesWrong() {
        Long only = Long.getLong("pledgemq.seed");
        int seeds = Integer.getInteger("pledgemq.seeds", only == null ? USUAL_SEEDS : 1);
        long first = only == null ? FIRST_SEED : only;
        long answers = 0;
        long crashes = 0;
        long carried = 0;
        for (long seed = first; seed < first + seeds; seed++) {
            Simulation.Result result = run(seed);
            answers += result.answers();
            crashes += result.crashes();
            carried += result.carried();
        }
        System.out.println("simulated seeds " + first + " to " + (first + seeds - 1) + ": " + answers + " answers, "
                + crashes + " crashes, " + carried + " messages carried forward");
    }

    @Test
    void theSameSeedDoesTheSameAgain() {
        for (long seed = 1_000; seed < 1_010; seed++) {
            assertThat(run(seed)).isEqualTo(run(seed));
        }
    }
}
