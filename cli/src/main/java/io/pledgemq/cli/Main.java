package io.pledgemq.cli;

import io.pledgemq.server.config.ConfigSources;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root of all commands of this module. Does nothing itself. */
@Command(
        name = "pledgemq",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "A server, its configuration, and the data directory of an engine.",
        footer = {"", "Exit codes: 0 done, 1 failed or damage found, 2 wrong use, 3 not found, 4 refused, 10 unhealthy."
        })
public final class Main implements Runnable {

    /** Nothing with this name or in this place. */
    static final int NOT_FOUND = 3;

    /** The server, or the engine, said no. */
    static final int REFUSED = 4;

    /** A server that does not do its work as it should. */
    static final int UNHEALTHY = 10;

    /** All commands by their names, as they are listed. */
    private static final Map<String, Supplier<Object>> COMMANDS = commands();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    Main() {}

    private static Map<String, Supplier<Object>> commands() {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("server", ServerCommand::new);
        commands.put("topic", TopicCommand::new);
        commands.put("group", GroupCommand::new);
        commands.put("tx", TxCommand::new);
        commands.put("dead", DeadCommand::new);
        commands.put("message", MessageCommand::new);
        commands.put("doctor", DoctorCommand::new);
        commands.put("backup", BackupCommand::new);
        commands.put("restore", RestoreCommand::new);
        commands.put("client", ClientCommand::new);
        commands.put("config", ConfigCommand::new);
        commands.put("log", LogCommand::new);
        commands.put("completion", CompletionCommand::new);
        commands.put("version", VersionCommand::new);
        commands.put("demo", SourceTreeCommand::new);
        commands.put("bench", SourceTreeCommand::new);
        commands.put("help", HelpCommand::new);
        return commands;
    }

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(commandLine(args).execute(args));
    }

    /**
     * Reading the annotations of all commands takes a good part of a start, so it is done only if others are needed.
     */
    private static CommandLine commandLine(String[] args) {
        String asked = args.length == 0 ? "" : args[0];
        boolean alone = COMMANDS.containsKey(asked) && !asked.equals("help") && !asked.equals("completion");
        return alone ? commandLine(Map.of(asked, COMMANDS.get(asked))) : commandLine();
    }

    static CommandLine commandLine() {
        return commandLine(COMMANDS);
    }

    /** As {@link #commandLine()}, with files and environment of its own in place of this process's. */
    static CommandLine commandLine(ConfigSources process) {
        CommandLine root = commandLine();
        root.getSubcommands().values().forEach(line -> use(line, process));
        return root;
    }

    private static void use(CommandLine line, ConfigSources process) {
        if (line.getCommand() instanceof AdminCommand command) {
            command.process(process);
        }
        if (line.getCommand() instanceof LogVerifyCommand command) {
            command.process(process);
        }
        line.getSubcommands().values().forEach(inner -> use(inner, process));
    }

    private static CommandLine commandLine(Map<String, Supplier<Object>> commands) {
        CommandLine root = new CommandLine(new Main());
        commands.forEach((name, command) -> root.addSubcommand(name, command.get()));
        return root.setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Failures::reportWrongUse)
                .setExecutionExceptionHandler((error, line, parsed) -> Failures.report(error, line));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command?");
    }
}
