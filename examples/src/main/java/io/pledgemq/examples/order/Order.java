package io.pledgemq.examples.order;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/**
 * An order as the customer placed it. Line numbers are positions in {@code lines}, from 1.
 *
 * @param id the business key, ASCII, at most 64 characters
 * @param lines at least one
 */
public record Order(String id, String customer, String city, Instant placedAt, List<OrderLine> lines) {

    public Order {
        lines = List.copyOf(lines);
    }

    /** Returns the sum of all lines. */
    public BigDecimal total() {
        return lines.stream().map(OrderLine::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
