package io.pledgemq.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/** How a running server is. */
@Command(name = "status", description = "Tell how a running server is; exit code 10 if a person should look.")
final class ServerStatusCommand extends AdminCommand {

    @Override
    public Integer call() throws CommandFailure {
        JsonNode status = client().get("/server", values());
        out().one(status);
        return status.path("healthy").asBoolean() ? ExitCode.OK : Main.UNHEALTHY;
    }
}
