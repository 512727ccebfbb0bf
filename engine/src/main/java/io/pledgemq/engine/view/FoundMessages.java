package io.pledgemq.engine.view;

import java.util.List;

/**
 * A page of what was found. It may be shorter than asked for, even empty, and have a next one: each page looks at a
 * bounded number of messages.
 *
 * @param next cursor of the next page, or -1 when this is the last one
 */
public record FoundMessages(List<MessageSummary> items, long next) {
    public FoundMessages {
        items = List.copyOf(items);
    }
}
