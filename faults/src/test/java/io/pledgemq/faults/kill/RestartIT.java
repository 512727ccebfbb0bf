package io.pledgemq.faults.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.faults.broker.PledgeBroker;
import io.pledgemq.faults.broker.WithBroker;
import io.pledgemq.faults.client.WarmUp;
import io.pledgemq.faults.kill.Ledger.Fact;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The server is stopped in order under load, as a deployment does, and started again on the same port and data, while
 * official clients in another process go on. How often: {@code -Dpledgemq.restarts}.
 */
class RestartIT {
    /** gRPC's word for "not now", and the server's own while it drains. */
    private static final Pattern TRY_AGAIN =
            Pattern.compile("UNAVAILABLE|the server is going down|the server is stopping");

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void clientsGoOnByThemselvesAfterARestartAndNothingIsLost() throws Exception {
        int restarts = Integer.getInteger("pledgemq.restarts", 3);
        Path directory = WithBroker.directory("restarts");
        try (PledgeBroker broker = new PledgeBroker.Setup().start(directory)) {
            WarmUp.of(broker);
            try (Campaign campaign = Campaign.start(broker, directory)) {
                for (int restart = 1; restart <= restarts; restart++) {
                    campaign.awaitProgress();
                    assertThat(broker.terminate())
                            .as("exit status after SIGTERM")
                            .isZero();
                    broker.restart();
                }
                campaign.awaitProgress();
                campaign.judge("restarts");
                Set<String> told = campaign.facts().of(Fact.REFUSED);
                System.out.println("restarts: senders were told\n  " + String.join("\n  ", told));
                assertThat(told)
                        .isNotEmpty()
                        .allMatch(words -> TRY_AGAIN.matcher(words).find());
            } catch (AssertionError | Exception e) {
                System.err.println("-- the broker's log\n" + broker.log());
                throw e;
            }
        }
    }
}
