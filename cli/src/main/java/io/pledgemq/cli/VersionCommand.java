package io.pledgemq.cli;

import io.pledgemq.server.config.Version;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the version of PledgeMQ and of the Java it runs on. */
@Command(name = "version", mixinStandardHelpOptions = true, description = "Print the version.")
final class VersionCommand implements Callable<Integer>, CommandLine.IVersionProvider {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "-o", paramLabel = "table|json", description = "output format; default: table")
    private OutputFormat output = OutputFormat.TABLE;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (output == OutputFormat.JSON) {
            out.println(Json.object()
                    .put("version", Version.text())
                    .put("java", java())
                    .toString());
        } else {
            out.println(getVersion()[0]);
        }
        out.flush();
        return 0;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"pledgemq " + Version.text() + " (Java " + java() + ")"};
    }

    private static String java() {
        return System.getProperty("java.version", "unknown");
    }
}
