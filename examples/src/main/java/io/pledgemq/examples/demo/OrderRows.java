package io.pledgemq.examples.demo;

import io.pledgemq.examples.order.Order;
import io.pledgemq.examples.order.OrderLine;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVRecord;

/** Collects the rows of a CSV file into orders and everything that is wrong with them. For one file, one thread. */
final class OrderRows {

    static final List<String> HEADER =
            List.of("order_id", "customer", "city", "placed_at", "sku", "description", "quantity", "unit_price");

    private static final int MAX_PROBLEMS_SHOWN = 20;
    private static final int MAX_QUANTITY = 1_000_000;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");
    private static final Pattern INTEGER = Pattern.compile("[0-9]{1,9}");
    private static final Pattern PRICE = Pattern.compile("[0-9]{1,12}(\\.[0-9]{1,4})?");

    private final String file;
    private final String text;
    private final List<String> problems = new ArrayList<>();
    private final Map<String, Draft> drafts = new LinkedHashMap<>();
    private String lastId = "";
    private int problemCount;
    private boolean headerSeen;
    private int countedChars;
    private long countedLines = 1;

    /** An order whose rows are still being read. */
    private record Draft(Order head, long firstLine, List<OrderLine> lines) {}

    OrderRows(String file, String text) {
        this.file = file;
        this.text = text;
    }

    void add(CSVRecord row) {
        long line = lineOf(row);
        if (!headerSeen) {
            headerSeen = true;
            if (!row.toList().equals(HEADER)) {
                problem(line, "expected the header " + String.join(",", HEADER) + ", found " + String.join(",", row));
            }
            return;
        }
        if (row.size() == 1 && row.get(0).isEmpty()) {
            return;
        }
        if (row.size() != HEADER.size()) {
            problem(line, "expected " + HEADER.size() + " columns, found " + row.size());
            return;
        }
        int before = problemCount;
        Order head = head(row, line);
        OrderLine orderLine = orderLine(row, line);
        if (problemCount == before) {
            addLine(head, orderLine, line);
        }
    }

    /** @param line where the row begins that cannot be taken apart */
    void brokenQuotes(long line) {
        problem(
                line,
                "expected fields quoted as in RFC 4180, found broken quotes in the row that begins here: a quote that is"
                        + " not closed, or text behind a closing one");
    }

    List<Order> finish() throws DemoException {
        if (problemCount == 0 && drafts.isEmpty()) {
            problem(
                    1,
                    headerSeen ? "expected at least one order below the header" : "expected a header, found nothing");
        }
        if (problemCount > 0) {
            String more =
                    problemCount > problems.size() ? "\n    and " + (problemCount - problems.size()) + " more" : "";
            throw new DemoException(
                    "Cannot read the orders: nothing was imported.",
                    problemCount + (problemCount == 1 ? " problem:" : " problems:") + "\n    "
                            + String.join("\n    ", problems) + more,
                    "correct the file and start again.");
        }
        return drafts.values().stream().map(OrderRows::order).toList();
    }

    private static Order order(Draft draft) {
        Order head = draft.head();
        return new Order(head.id(), head.customer(), head.city(), head.placedAt(), draft.lines());
    }

    private void addLine(Order head, OrderLine orderLine, long line) {
        Draft known = drafts.get(head.id());
        if (known == null) {
            lastId = head.id();
            drafts.put(lastId, new Draft(head, line, new ArrayList<>(List.of(orderLine))));
        } else if (!lastId.equals(head.id())) {
            problem(line, 0, "the rows of an order together; this order began in line " + known.firstLine(), head.id());
        } else if (!known.head().equals(head)) {
            problem(
                    line,
                    "expected the same customer, city and placed_at as in line " + known.firstLine() + ", where order "
                            + head.id() + " began");
        } else {
            known.lines().add(orderLine);
        }
    }

    private Order head(CSVRecord row, long line) {
        String id = row.get(0);
        if (!ID.matcher(id).matches()) {
            problem(line, 0, "1 to 64 of A-Z a-z 0-9 _ . -, beginning with a letter or digit", id);
        }
        Instant placedAt = Instant.EPOCH;
        try {
            placedAt = OffsetDateTime.parse(row.get(3)).toInstant();
        } catch (DateTimeException e) {
            problem(line, 3, "an ISO 8601 time with zone such as 2026-03-02T08:00:00Z", row.get(3));
        }
        return new Order(id, text(row, line, 1, 200), text(row, line, 2, 100), placedAt, List.of());
    }

    private OrderLine orderLine(CSVRecord row, long line) {
        String sku = row.get(4);
        if (!ID.matcher(sku).matches()) {
            problem(line, 4, "1 to 64 of A-Z a-z 0-9 _ . -, beginning with a letter or digit", sku);
        }
        int quantity = INTEGER.matcher(row.get(6)).matches() ? Integer.parseInt(row.get(6)) : 0;
        if (quantity < 1 || quantity > MAX_QUANTITY) {
            problem(line, 6, "a whole number from 1 to " + MAX_QUANTITY, row.get(6));
        }
        BigDecimal price = BigDecimal.ZERO;
        if (PRICE.matcher(row.get(7)).matches()) {
            price = new BigDecimal(row.get(7));
        } else {
            problem(line, 7, "a price such as 12.50, at most 4 decimals, not negative", row.get(7));
        }
        return new OrderLine(sku, text(row, line, 5, 200), quantity, price);
    }

    private String text(CSVRecord row, long line, int column, int maxChars) {
        String value = row.get(column);
        if (value.isBlank() || value.length() > maxChars || value.indexOf('\0') >= 0) {
            problem(line, column, "1 to " + maxChars + " characters, not only blanks", value);
        }
        return value;
    }

    private long lineOf(CSVRecord row) {
        // A quoted field may hold line ends, so the record's number is not the line's.
        int end = (int) Math.min(row.getCharacterPosition(), text.length());
        for (; countedChars < end; countedChars++) {
            if (text.charAt(countedChars) == '\n') {
                countedLines++;
            }
        }
        return countedLines;
    }

    private void problem(long line, int column, String expected, String found) {
        String shown = found.length() > 40 ? found.substring(0, 40) + "…" : found;
        problem(
                line,
                String.format(
                        Locale.ROOT,
                        "column %d (%s): expected %s, found \"%s\"",
                        column + 1,
                        HEADER.get(column),
                        expected,
                        shown));
    }

    private void problem(long line, String message) {
        problemCount++;
        if (problems.size() < MAX_PROBLEMS_SHOWN) {
            problems.add(file + ", line " + line + ", " + message);
        }
    }
}
