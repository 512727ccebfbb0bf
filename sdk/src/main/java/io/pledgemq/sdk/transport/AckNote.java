package io.pledgemq.sdk.transport;

/**
 * What the consumer's database says about an acknowledged delivery; the desk shows it.
 *
 * @param revision the revision that was applied, now or before; 0 if none was
 */
public record AckNote(Outcome outcome, int revision) {
    /** What happened. */
    public enum Outcome {
        /** The effect was made by this delivery. */
        APPLIED,
        /** The effect had been made before; nothing was done. */
        ALREADY_APPLIED,
        /** The group has given this message up for good; the effect was not made. */
        GIVEN_UP,
        /** Compensation ordered: the effect will never be made, and the undo is on its way. */
        COMPENSATED,
        /** Compensation ordered, but the effect had been made: there is nothing to undo. */
        NOTHING_TO_UNDO,
        /** Not meant for this database. */
        NOT_OURS
    }
}
