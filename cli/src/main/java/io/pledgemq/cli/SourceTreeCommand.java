package io.pledgemq.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * A command that the launcher of a source tree runs from another module. It is here so that the help lists it and a
 * mistyped name finds it.
 */
@Command(description = "Part of the source tree: run it with its launcher.")
final class SourceTreeCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..*", hidden = true)
    private String[] ignored = {};

    @Override
    public Integer call() throws CommandFailure {
        String name = spec.name();
        throw new CommandFailure(
                2,
                "Cannot run " + name + " from here.",
                name + " is part of the source tree, not of the server's distribution.",
                "in a clone of the repository, run: ./pledgemq " + name);
    }
}
