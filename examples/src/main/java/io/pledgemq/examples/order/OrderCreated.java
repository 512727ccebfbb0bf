package io.pledgemq.examples.order;

import java.util.List;

/**
 * The business fact that leaves the order service: this order exists, take its goods from the stock.
 *
 * @param lines in the order of the order's lines
 */
public record OrderCreated(String orderId, List<Item> lines) {

    /** How many pieces of which article. */
    public record Item(String sku, int quantity) {}

    public OrderCreated {
        lines = List.copyOf(lines);
    }

    /** Returns the event for an order. */
    public static OrderCreated of(Order order) {
        return new OrderCreated(
                order.id(),
                order.lines().stream()
                        .map(line -> new Item(line.sku(), line.quantity()))
                        .toList());
    }
}
