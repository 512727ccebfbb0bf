package io.pledgemq.engine.view;

import java.util.List;

/**
 * A page of the messages found. It may be shorter than the limit, even empty, and still have a next one: each page
 * reads a bounded number of messages.
 *
 * @param next cursor of the next page, or -1 when this is the last one
 */
public record FoundMessages(List<MessageSummary> items, long next) {
    public FoundMessages {
        items = List.copyOf(items);
    }
}
