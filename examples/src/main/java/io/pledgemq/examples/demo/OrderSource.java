package io.pledgemq.examples.demo;

import io.pledgemq.examples.order.Order;
import io.pledgemq.examples.order.OrderLine;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The orders of a run, by position. The same position gives the same order every time it is asked. */
interface OrderSource {

    int size();

    Order get(int position);

    static OrderSource of(List<Order> orders) {
        return new OrderSource() {
            @Override
            public int size() {
                return orders.size();
            }

            @Override
            public Order get(int position) {
                return orders.get(position);
            }
        };
    }

    /** Returns the ids of all orders. */
    default SortedSet<String> ids() {
        SortedSet<String> ids = new TreeSet<>();
        for (int i = 0; i < size(); i++) {
            ids.add(get(i).id());
        }
        return ids;
    }

    /** Returns how many pieces of each article all orders want together, at most {@code Integer.MAX_VALUE}. */
    default Map<String, Integer> demand() {
        Map<String, Integer> demand = new TreeMap<>();
        for (int i = 0; i < size(); i++) {
            for (OrderLine line : get(i).lines()) {
                demand.merge(line.sku(), line.quantity(), OrderSource::saturatedSum);
            }
        }
        return demand;
    }

    private static int saturatedSum(int a, int b) {
        return (int) Math.min(Integer.MAX_VALUE, (long) a + b);
    }
}
