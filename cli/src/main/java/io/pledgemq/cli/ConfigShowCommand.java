package io.pledgemq.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pledgemq.server.config.LoadedConfig;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints every setting as a server would have it, and where it comes from. Secrets are masked. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Print every setting as a server would have it. Secrets are masked.",
        footer = {"", "Exit codes: 0 done, 2 problems in the configuration or wrong use."})
final class ConfigShowCommand implements Callable<Integer> {

    private static final int MAX_VALUE_COLUMN = 40;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigCommand.FileOption file = new ConfigCommand.FileOption();

    @Option(names = "--origin", description = "also print where each value comes from")
    private boolean origin;

    @Option(names = "-o", paramLabel = "table|json", description = "output format; default: table")
    private OutputFormat output = OutputFormat.TABLE;

    @Override
    public Integer call() throws CommandFailure {
        LoadedConfig loaded = ConfigCheckCommand.load(file.sources());
        PrintWriter out = spec.commandLine().getOut();
        if (output == OutputFormat.JSON) {
            out.println(json(loaded));
        } else {
            print(loaded.values(), out);
        }
        out.flush();
        return 0;
    }

    private void print(List<LoadedConfig.Value> values, PrintWriter out) {
        int keys = widest(values, LoadedConfig.Value::key);
        int texts = Math.min(MAX_VALUE_COLUMN, widest(values, ConfigShowCommand::text));
        for (LoadedConfig.Value value : values) {
            String line = String.format(
                    Locale.ROOT,
                    "%-" + keys + "s  %-" + texts + "s  %s",
                    value.key(),
                    text(value),
                    origin ? value.origin() : "");
            out.println(line.stripTrailing());
        }
    }

    private static int widest(List<LoadedConfig.Value> values, Function<LoadedConfig.Value, String> column) {
        return values.stream()
                .mapToInt(value -> column.apply(value).length())
                .max()
                .orElse(1);
    }

    private static String text(LoadedConfig.Value value) {
        return value.text().orElse("-");
    }

    private String json(LoadedConfig loaded) {
        ObjectNode node = Json.object();
        node.put("file", loaded.file().map(path -> path.toString()).orElse(null));
        ArrayNode settings = node.putArray("settings");
        for (LoadedConfig.Value value : loaded.values()) {
            ObjectNode row = settings.addObject();
            row.put("key", value.key());
            row.put("value", value.text().orElse(null));
            if (origin) {
                row.put("origin", value.origin());
            }
        }
        return node.toString();
    }
}
