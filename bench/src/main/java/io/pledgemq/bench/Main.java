package io.pledgemq.bench;

import io.pledgemq.bench.client.ClientBench;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code pledgemq bench}: load on the engine, one line of figures at the end. */
@Command(
        name = "bench",
        description = "Measures the engine, or a server. Every figure is of this machine and this run.",
        subcommands = {EngineBench.class, BacklogBench.class, ClientBench.class},
        mixinStandardHelpOptions = true)
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }
}
