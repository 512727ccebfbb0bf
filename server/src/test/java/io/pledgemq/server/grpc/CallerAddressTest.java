package io.pledgemq.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.server.PledgeServer;
import io.pledgemq.server.RawHttp2;
import io.pledgemq.server.Running;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class CallerAddressTest {
    private static final String ELSEWHERE = "127.0.0.2";

    @TempDir
    Path directory;

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has all of 127.0.0.0/8 by itself")
    void aRefusedCallIsAuditedWithTheAddressItCameFrom() throws Exception {
        try (PledgeServer server = PledgeServer.start(Running.config(directory, "access.authentication: on"));
                RawHttp2 stranger = RawHttp2.established(server.port(), InetAddress.getByName(ELSEWHERE))) {
            stranger.send(
                    RawHttp2.HEADERS,
                    RawHttp2.END_HEADERS | RawHttp2.END_STREAM,
                    1,
                    RawHttp2.call("SendMessage", Map.of("x-mq-client-id", "stranger")));
            assertThat(stranger.readFor(1_000)).isNotEmpty();
            Path audit = directory.resolve("data/audit/audit.jsonl");
            Running.await("the refusal is in the audit log", () -> Files.exists(audit) && size(audit) > 0);
            assertThat(Files.readString(audit)).contains(ELSEWHERE).doesNotContain("127.0.0.1");
        }
    }

    private static long size(Path file) {
        return file.toFile().length();
    }
}
