package io.pledgemq.engine.view;

import java.util.List;

/**
 * Part of a list.
 *
 * @param next cursor of the next page, or -1 when this is the last one
 */
public record Page<T>(List<T> items, int next) {
    public Page {
        items = List.copyOf(items);
    }
}
