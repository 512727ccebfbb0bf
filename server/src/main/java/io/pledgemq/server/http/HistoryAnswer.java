package io.pledgemq.server.http;

import io.pledgemq.engine.view.HistoryEvent;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * One event of a message's history.
 *
 * @param at when, by the engine's wall clock
 * @param event what: send, prepare, decide, ask-check, lease, ack, fail, ...
 * @param party who; may be empty
 * @param text details
 * @param position of the record in the log
 */
record HistoryAnswer(String at, String event, String party, String text, long position) {
    /** Most events that an answer has; the newest are kept. */
    static final int MAX = 1_000;

    static List<HistoryAnswer> of(List<HistoryEvent> events) {
        return events.stream()
                .skip(Math.max(0, events.size() - MAX))
                .map(event -> new HistoryAnswer(
                        Instant.ofEpochMilli(event.wallMs()).toString(),
                        event.type().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                        event.party(),
                        event.text(),
                        event.position()))
                .toList();
    }
}
