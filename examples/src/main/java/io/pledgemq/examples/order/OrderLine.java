package io.pledgemq.examples.order;

import java.math.BigDecimal;

/**
 * One line of an order.
 *
 * @param sku the article, at most 64 characters
 * @param description what the customer reads, at most 200 characters
 * @param quantity pieces, at least 1
 * @param unitPrice price of one piece, at least 0, at most four decimals
 */
public record OrderLine(String sku, String description, int quantity, BigDecimal unitPrice) {

    /** Returns what the line costs. */
    public BigDecimal amount() {
        return unitPrice.multiply(BigDecimal.valueOf(quantity));
    }
}
