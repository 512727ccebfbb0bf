package io.pledgemq.engine.view;

import io.pledgemq.engine.command.CommandType;

/**
 * One thing that happened to a message.
 *
 * @param position of the record in the log
 * @param wallMs when, by the engine's wall clock
 * @param type what
 * @param party who: instance, client, operator; may be empty
 * @param text details: attempt, reason, decision
 */
public record HistoryEvent(long position, long wallMs, CommandType type, String party, String text) {
    private static final String SEPARATOR = "\t";

    /** As one line, to be carried forward with its message. */
    public String line() {
        return String.join(
                SEPARATOR,
                Long.toString(position),
                Long.toString(wallMs),
                Byte.toString(type.code()),
                party.replace('\t', ' '),
                text.replace('\t', ' '));
    }

    static HistoryEvent ofLine(String line) {
        String[] part = line.split(SEPARATOR, -1);
        return new HistoryEvent(
                Long.parseLong(part[0]),
                Long.parseLong(part[1]),
                CommandType.ofCode(Byte.parseByte(part[2])),
                part[3],
                part[4]);
    }
}
