package io.pledgemq.examples.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The result of a run for the reader. Everything but the three engine figures and the time was counted in the
 * databases.
 *
 * @param orders orders that the run was to place
 * @param took time of this start alone
 */
record Report(int orders, Findings found, EngineFigures engine, Duration took) {

    private static final ObjectMapper JSON = new ObjectMapper();

    boolean consistent() {
        return found.consistent();
    }

    /** Returns one line of JSON. */
    String json() {
        ObjectNode node = JSON.createObjectNode();
        node.put("orders", orders);
        node.put("confirmed", found.confirmed);
        node.put("rejected", found.rejected);
        node.put("undecidedResolved", engine.undecidedResolved());
        node.put("redeliveries", engine.redeliveries());
        node.put("deadLetters", engine.deadLetters());
        node.put("compensated", found.compensated);
        node.put("parked", found.parked);
        node.put("skipped", found.skipped);
        node.put("stockMovements", found.stockMovements);
        node.put("missing", found.missing);
        node.put("duplicated", found.duplicated);
        node.put("unexpected", found.unexpected);
        node.put("different", found.different);
        node.put("unplaced", found.unplaced);
        node.put("stockErrors", found.stockErrors);
        node.put("seconds", took.toMillis() / 1000.0);
        node.put("consistent", consistent());
        return node.toString();
    }

    /** Prints the table; its lines fit 80 columns. */
    void print(PrintWriter out) {
        row(out, "orders", orders, "to place");
        row(out, "  confirmed", found.confirmed, "in the order database");
        row(out, "  rejected", found.rejected, "local transaction failed, nothing sent");
        row(out, "  compensated", found.compensated, "cancelled: the warehouse gave them up");
        row(out, "on the way", null, "");
        row(out, "  decisions found by a check", engine.undecidedResolved(), "commit or rollback never arrived");
        row(out, "  redeliveries", engine.redeliveries(), "after a failure, a delay or a lost ack");
        row(out, "  dead letters", engine.deadLetters(), "times that a message failed for good");
        row(out, "  parked", found.parked, "orders that wait for a person");
        row(out, "  skipped", found.skipped, "orders that a person closed without stock");
        row(out, "comparison of the databases", null, "");
        row(out, "  stock movements", found.stockMovements, "lines of orders taken from the stock");
        row(out, "  missing", found.missing, "confirmed, but not taken");
        row(out, "  duplicated", found.duplicated, "taken more than once");
        row(out, "  unexpected", found.unexpected, "taken for an order not confirmed");
        row(out, "  different", found.different, "another article or quantity");
        row(out, "  unplaced", found.unplaced, "neither placed nor refused, or both");
        row(out, "  stock errors", found.stockErrors, "articles whose stock does not add up");
        found.examples().forEach(example -> out.println("    " + example));
        out.println(String.format(
                Locale.ROOT,
                "%s after %.1f s of this start",
                consistent() ? "CONSISTENT" : "NOT CONSISTENT",
                took.toMillis() / 1000.0));
        out.flush();
    }

    private static void row(PrintWriter out, String name, @Nullable Number value, String meaning) {
        String number = value == null ? "" : String.format(Locale.ROOT, "%,d", value.longValue());
        out.println(String.format(Locale.ROOT, "%-28s %10s  %s", name, number, meaning)
                .stripTrailing());
    }
}
