package io.pledgemq.engine.codec;

import io.pledgemq.engine.command.CommandType;

/**
 * An event of a message as one line of text, as {@code CARRY_FORWARD} keeps it when the segment that holds the event
 * itself is deleted. Five fields, separated by tabs: position, wall ms, command type, party, text. A tab in the last
 * two is kept as a blank. The layout is in docs/log-format.md.
 */
public record HistoryLine(long position, long wallMs, CommandType type, String party, String text) {
    private static final String SEPARATOR = "\t";
    private static final int FIELDS = 5;

    /** Formats the line. */
    public String format() {
        return String.join(
                SEPARATOR,
                Long.toString(position),
                Long.toString(wallMs),
                Byte.toString(type.code()),
                party.replace('\t', ' '),
                text.replace('\t', ' '));
    }

    /**
     * Parses what {@link #format} wrote.
     *
     * @throws IllegalArgumentException if it is not such a line
     */
    public static HistoryLine parse(String line) {
        String[] field = line.split(SEPARATOR, -1);
        if (field.length != FIELDS) {
            throw new IllegalArgumentException(
                    "a carried event has " + FIELDS + " fields, this has " + field.length + ": " + line);
        }
        return new HistoryLine(
                Long.parseLong(field[0]),
                Long.parseLong(field[1]),
                CommandType.ofCode(Byte.parseByte(field[2])),
                field[3],
                field[4]);
    }
}
