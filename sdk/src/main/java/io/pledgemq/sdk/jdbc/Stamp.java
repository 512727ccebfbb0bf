package io.pledgemq.sdk.jdbc;

/**
 * What a sender's database must have seen before a check may roll a message back: this incarnation of a sender, at this
 * beat or a later one. Carried by the message, so that a copy, a lagging replica or a restored backup of the database
 * cannot answer for it.
 *
 * @param weak true if the beat was old when the message was prepared: then only the sending process may roll it back
 */
public record Stamp(String incarnation, long beats, boolean weak) {
    /** A message without a stamp: nobody may roll it back but an operator. */
    public static final Stamp NONE = new Stamp("", Long.MAX_VALUE, true);

    private static final String WEAK = "weak";

    /** As long as any stamp, for limits that are checked before a message gets its own. */
    public static final String WIDEST = "0".repeat(36) + ":" + "9".repeat(18) + ":" + WEAK;

    /** Returns the form in which a message carries it: {@code incarnation:beats}, and {@code :weak} if it is. */
    public String text() {
        return incarnation + ":" + beats + (weak ? ":" + WEAK : "");
    }

    /** Reads the form that a message carries; whatever is not one is {@link #NONE}. */
    public static Stamp of(String text) {
        String[] parts = text.split(":", -1);
        boolean weak = parts.length == 3 && parts[2].equals(WEAK);
        if (parts[0].isEmpty() || (parts.length != 2 && !weak) || !parts[1].matches("[0-9]{1,18}")) {
            return NONE;
        }
        return new Stamp(parts[0], Long.parseLong(parts[1]), weak);
    }
}
