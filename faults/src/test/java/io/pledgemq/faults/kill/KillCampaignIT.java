package io.pledgemq.faults.kill;

import io.pledgemq.faults.broker.Broker;
import io.pledgemq.faults.broker.PledgeBroker;
import io.pledgemq.faults.broker.WithBroker;
import io.pledgemq.faults.client.WarmUp;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The server is killed under load and started again, while official clients in another process go on. How often:
 * {@code -Dpledgemq.kills}; {@code -Dpledgemq.seed} repeats the moments.
 */
class KillCampaignIT {
    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void nothingAcknowledgedIsLostAndNothingRolledBackComes() throws Exception {
        int kills = Integer.getInteger("pledgemq.kills", 3);
        long seed = Long.getLong("pledgemq.seed", System.nanoTime());
        System.out.println("kill campaign: " + kills + " kills, -Dpledgemq.seed=" + seed);
        Path directory = WithBroker.directory("kills");
        try (Broker broker = new PledgeBroker.Setup().start(directory)) {
            WarmUp.of(broker);
            try (Campaign campaign = Campaign.start(broker, directory)) {
                Random random = new Random(seed);
                for (int kill = 1; kill <= kills; kill++) {
                    campaign.awaitProgress();
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(2_000));
                    broker.kill();
                    broker.restart();
                }
                campaign.awaitProgress();
                campaign.judge("kill campaign");
            } catch (AssertionError | Exception e) {
                System.err.println("-- the broker's log\n" + broker.log());
                throw e;
            }
        }
    }
}
