package io.pledgemq.cli;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParentCommand;

/** Shows the state of a running server. */
@Command(name = "status", description = "Tell how a running server is; exit code 10 if a person should look.")
final class ServerStatusCommand extends AdminCommand {

    @ParentCommand
    private @Nullable ServerCommand server;

    /** Options before the word {@code status} name the server, too. */
    @Override
    CommandTarget target() {
        CommandTarget own = super.target();
        ServerCommand parent = server;
        return parent == null || own.optionNamesData()
                ? own
                : parent.option()
                        .map(option -> own.in(parent.sources(), option, parent.endpoint()))
                        .orElse(own);
    }

    @Override
    public Integer call() throws CommandFailure {
        JsonNode status = client().get("/server", values());
        out().one(status);
        return status.path("healthy").asBoolean() ? ExitCode.OK : Main.UNHEALTHY;
    }
}
