package io.pledgemq.examples.demo;

import io.pledgemq.examples.order.Order;
import io.pledgemq.examples.order.OrderLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes orders in the format that {@link OrderFile} reads. */
final class OrderCsv {

    private OrderCsv() {}

    static String text(OrderSource orders) {
        StringBuilder text = new StringBuilder(String.join(",", OrderRows.HEADER)).append('\n');
        for (int i = 0; i < orders.size(); i++) {
            Order order = orders.get(i);
            for (OrderLine line : order.lines()) {
                Stream<Object> fields = Stream.of(
                        order.id(),
                        order.customer(),
                        order.city(),
                        order.placedAt(),
                        line.sku(),
                        line.description(),
                        line.quantity(),
                        line.unitPrice().toPlainString());
                text.append(fields.map(OrderCsv::field).collect(Collectors.joining(",")))
                        .append('\n');
            }
        }
        return text.toString();
    }

    private static String field(Object value) {
        String text = value.toString();
        return text.matches("[^\",\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    /** Writes the orders that ship; run by hand when the generator changes. */
    public static void main(String[] args) throws IOException {
        Files.writeString(Path.of(args[0]), text(new OrderGenerator(1200, OrderFileTest.SAMPLE_SEED)));
    }
}
