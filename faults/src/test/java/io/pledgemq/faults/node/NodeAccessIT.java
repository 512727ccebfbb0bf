package io.pledgemq.faults.node;

import io.pledgemq.faults.broker.Broker;
import io.pledgemq.faults.broker.PledgeBroker;
import io.pledgemq.faults.broker.WithBroker;
import io.pledgemq.faults.client.WarmUp;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** As {@link NodeClientIT}, against a server where every client proves who it is. */
class NodeAccessIT {
    private static final String SECRET = "a secret of tests";
    private static final String USERS = """
            users:
              - {name: node, secret: "a secret of tests", grants: [{allow: [publish, consume], topics: ["*"], groups: ["*"]}]}
              - {name: guessed, secret: "a secret of tests", grants: [{allow: [publish, consume], topics: ["*"], groups: ["*"]}]}
            """;

    @Test
    void withItsCredentialItDoesAllItsScenariosAndAWrongSecretOrNoneIsTurnedAway() throws Exception {
        NodeSuite.require();
        try (Broker broker = new PledgeBroker.Setup().users(USERS).start(WithBroker.directory("node-access"))) {
            WarmUp.of(broker);
            NodeSuite.run(
                            broker,
                            Map.of(
                                    "credentials",
                                    Map.of("accessKey", "node", "accessSecret", SECRET),
                                    // A user of its own, since answers to wrong secrets come later and later.
                                    "wrong",
                                    Map.of("accessKey", "guessed", "accessSecret", SECRET + "x")))
                    .allPassed();
        }
    }
}
