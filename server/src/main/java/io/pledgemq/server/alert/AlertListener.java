package io.pledgemq.server.alert;

/** Receives every alert, on the thread that raises it; must return at once. What it throws is logged. */
@FunctionalInterface
public interface AlertListener {

    /**
     * An alert, or its end.
     *
     * @param kind as in docs/operating.md; never changes its meaning
     * @param subject topic, group or id that it is about; empty if it is about the server
     * @param text what and why, for people
     * @param over whether the condition is over; there is no text then
     */
    record Raised(String kind, String subject, String text, boolean over) {}

    void on(Raised alert);
}
