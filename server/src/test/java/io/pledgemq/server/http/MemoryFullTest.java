package io.pledgemq.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator sees which bound of memory stops whom. */
class MemoryFullTest {
    @TempDir
    Path data;

    private AdminServer start(String limit) throws Exception {
        AdminServer server = AdminServer.start(data, Map.of(limit, "1"));
        server.engine().createTopic(new TopicConfig("orders", TopicType.NORMAL)).join();
        server.engine()
                .createTopic(new TopicConfig("payments", TopicType.TRANSACTION))
                .join();
        server.engine().putGroup(GroupConfig.of("warehouse")).join();
        return server;
    }

    private static String problems(AdminServer server) throws Exception {
        JsonNode status = server.get("viewer", "/server").body();
        assertThat(status.at("/healthy").asBoolean())
                .isEqualTo(status.at("/problems").isEmpty());
        return status.at("/problems").toString();
    }

    @Test
    void theStatusSaysThatNoHalfMessageIsTaken() throws Exception {
        try (AdminServer server = start("limits.pending")) {
            assertThat(problems(server)).isEqualTo("[]");
            server.prepare("payments", "t-1", "k-1");
            assertThat(problems(server)).contains("limits.pending=1 is reached");
        }
    }

    @Test
    void theStatusAndTheGroupSayThatItGetsNothingNew() throws Exception {
        try (AdminServer server = start("limits.unsettled-per-subscription")) {
            server.die("orders", "warehouse", "m-1", "k-1");
            assertThat(problems(server)).contains("get nothing new", "unsettled-per-subscription", "warehouse");
            JsonNode group = server.get("viewer", "/groups/warehouse").body();
            assertThat(group.at("/subscriptions/0/dead").asInt()).isEqualTo(1);
            assertThat(group.at("/subscriptions/0/full").asBoolean()).isTrue();
        }
    }
}
