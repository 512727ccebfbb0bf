package io.pledgemq.examples.demo;

import io.pledgemq.examples.demo.OrderJob.Parked;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Prints which orders wait for a person, and the commands that settle one. Rows fit 80 columns; commands are never cut.
 */
record ParkedList(List<Parked> parked, Path data) {

    static final int MAX_ROWS = 20;

    /** The class of what a handler threw; its message says more. */
    private static final Pattern THROWN = Pattern.compile("^[\\w.$]+(Exception|Error): ");

    private static final int COLUMNS = 80;
    private static final int LEAST_REASON = 20;

    ParkedList {
        parked = parked.stream().sorted(Comparator.comparing(Parked::orderId)).toList();
    }

    /** Prints nothing if nobody waits. */
    void print(PrintStream out) {
        if (parked.isEmpty()) {
            return;
        }
        out.println();
        out.println(
                parked.size() == 1
                        ? "1 dead letter waits for a person:"
                        : String.format(Locale.ROOT, "%,d dead letters wait for a person:", parked.size()));
        List<Parked> shown = parked.subList(0, Math.min(MAX_ROWS, parked.size()));
        int width = shown.stream().mapToInt(row -> row.orderId().length()).max().orElse(0);
        int room = Math.max(LEAST_REASON, COLUMNS - width - 4);
        shown.forEach(row -> out.println("  " + padded(row.orderId(), width) + "  " + firstWords(row.reason(), room)));
        if (parked.size() > shown.size()) {
            out.println(String.format(
                    Locale.ROOT, "and %,d more: ./pledgemq dead list --data %s", parked.size() - shown.size(), data));
        }
        parked.stream().filter(row -> !row.undo()).findFirst().ifPresent(first -> {
            out.println();
            out.println("To deliver " + first.orderId() + " again, to close it as it is (the order stays, without its");
            out.println("stock), or to undo the order:");
            commands(out, first, List.of("retry", "skip", "compensate"));
        });
        parked.stream().filter(Parked::undo).findFirst().ifPresent(first -> {
            out.println();
            out.println(
                    "To try again to undo " + first.orderId() + ", or to leave it as it is (the order stays, without");
            out.println("its stock):");
            commands(out, first, List.of("retry", "skip"));
        });
        out.println("What was decided is carried out by the next start:");
        out.println("  ./pledgemq demo --data " + data);
    }

    private void commands(PrintStream out, Parked row, List<String> actions) {
        actions.forEach(
                action -> out.println("  ./pledgemq dead " + action + " " + row.messageId() + " --data " + data));
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length());
    }

    private static String firstWords(String reason, int room) {
        String message = THROWN.matcher(reason).replaceFirst("");
        String line = message.lines().findFirst().orElse("");
        return line.length() <= room && line.length() == message.length()
                ? line
                : line.substring(0, Math.min(line.length(), room - 4)) + " ...";
    }
}
