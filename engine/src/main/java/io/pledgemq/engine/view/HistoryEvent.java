package io.pledgemq.engine.view;

import io.pledgemq.engine.codec.HistoryLine;
import io.pledgemq.engine.command.CommandType;

/**
 * One event of a message.
 *
 * @param position of the record in the log
 * @param wallMs when, by the engine's wall clock
 * @param type what
 * @param party who: instance, client, operator; may be empty
 * @param text details: attempt, reason, decision
 */
public record HistoryEvent(long position, long wallMs, CommandType type, String party, String text) {
    /** As one line, to be carried forward with its message. */
    public String line() {
        return new HistoryLine(position, wallMs, type, party, text).format();
    }

    static HistoryEvent ofLine(String line) {
        HistoryLine carried = HistoryLine.parse(line);
        return new HistoryEvent(carried.position(), carried.wallMs(), carried.type(), carried.party(), carried.text());
    }
}
