package io.pledgemq.engine.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.command.RetryPolicy;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class CatalogRulesTest {
    private final State state = new State();

    private void isRefused(RetryPolicy policy) {
        Outcome outcome =
                state.answer(new Command.PutGroup(GroupConfig.of("group").withRetry(3, policy)), Limits.DEFAULT);
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(refused.why())
                .isEqualTo(Refusal.ILLEGAL_ARGUMENT));
    }

    @Test
    void aPolicyThatCannotBeReadAgainIsRefused() {
        isRefused(new RetryPolicy.Fixed(1000, 101));
        isRefused(new RetryPolicy.Linear(1, 1, 10, -1));
        isRefused(new RetryPolicy.Listed(Collections.nCopies(40_000, 1L), 0));
    }

    @Test
    void anOrdinaryPolicyIsTaken() {
        Command put =
                new Command.PutGroup(GroupConfig.of("group").withRetry(3, new RetryPolicy.Exponential(1, 1.1, 5, 7)));
        assertThat(state.answer(put, Limits.DEFAULT)).isNull();
    }
}
