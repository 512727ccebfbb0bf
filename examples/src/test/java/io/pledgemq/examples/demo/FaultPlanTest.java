package io.pledgemq.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.examples.demo.FaultPlan.HandlerFault;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FaultPlanTest {

    private static final int ORDERS = 20_000;

    private final FaultPlan plan = new FaultPlan(7, 10);

    @Test
    void sameSeedGivesTheSamePlanInAnyOrderOfAsking() {
        FaultPlan again = new FaultPlan(7, 10);
        for (int i = ORDERS; i > 0; i--) {
            assertThat(again.handler("O-" + i)).isEqualTo(plan.handler("O-" + i));
            assertThat(again.decisionLost("O-" + i)).isEqualTo(plan.decisionLost("O-" + i));
        }
        assertThat(share(new FaultPlan(8, 10)::ackLost)).isNotEqualTo(share(plan::ackLost));
    }

    @Test
    void everyStepFailsAtTheGivenRate() {
        assertThat(share(id -> plan.prepareRefused(id, 1))).isBetween(0.09, 0.11);
        assertThat(share(plan::localTransactionFails)).isBetween(0.09, 0.11);
        assertThat(share(plan::decisionLost)).isBetween(0.09, 0.11);
        assertThat(share(plan::ackLost)).isBetween(0.09, 0.11);
        assertThat(share(id -> plan.handler(id) != HandlerFault.NONE)).isBetween(0.09, 0.11);
    }

    @Test
    void stepsFailIndependentlySoThatRollbacksGetLostToo() {
        assertThat(share(id -> plan.localTransactionFails(id) && plan.decisionLost(id)))
                .isBetween(0.007, 0.013);
    }

    @Test
    void handlersFailInAllThreeWays() {
        Map<HandlerFault, Integer> kinds = new EnumMap<>(HandlerFault.class);
        IntStream.range(0, ORDERS).forEach(i -> kinds.merge(plan.handler("O-" + i), 1, Integer::sum));

        assertThat(kinds.get(HandlerFault.FAILS_AT_FIRST)).isBetween(1000, 1400);
        assertThat(kinds.get(HandlerFault.FAILS_FOR_EVER)).isBetween(320, 480);
        assertThat(kinds.get(HandlerFault.OUTLIVES_LEASE)).isBetween(320, 480);
        assertThat(IntStream.range(0, ORDERS).map(i -> plan.failuresAtFirst("O-" + i)))
                .contains(1, 2, 3)
                .allMatch(n -> n >= 1 && n <= 3);
    }

    @Test
    void aRefusedPrepareSucceedsAtTheThirdTryAtTheLatest() {
        FaultPlan always = new FaultPlan(1, 100);

        assertThat(share(id -> always.prepareRefused(id, 1))).isEqualTo(1);
        assertThat(share(id -> always.prepareRefused(id, 2))).isBetween(0.2, 0.3);
        assertThat(share(id -> always.prepareRefused(id, 3))).isZero();
    }

    @Test
    void nothingFailsAtZeroPercent() {
        FaultPlan never = new FaultPlan(7, 0);

        assertThat(share(id -> never.handler(id) != HandlerFault.NONE || never.ackLost(id) || never.decisionLost(id)))
                .isZero();
    }

    private static double share(Predicate<String> fails) {
        return IntStream.range(0, ORDERS).filter(i -> fails.test("O-" + i)).count() / (double) ORDERS;
    }
}
