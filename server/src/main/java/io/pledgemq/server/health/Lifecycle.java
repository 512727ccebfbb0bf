package io.pledgemq.server.health;

import io.pledgemq.server.net.Guarded;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The phase that a server is in. Thread-safe. */
public final class Lifecycle {

    /** The phases, in their order. */
    public enum Phase {
        /** The engine is reading its log; nothing else is served yet. */
        RECOVERING,
        /** Everything is served. */
        READY,
        /** Going down: nothing new is begun, what was begun is finished. */
        DRAINING,
        /** Nothing is served any more. */
        STOPPED
    }

    /**
     * A look at it.
     *
     * @param detail for people: how far recovery is; empty if there is nothing to say
     */
    public record Now(Phase phase, String detail) {}

    private final List<Consumer<Phase>> listeners = new CopyOnWriteArrayList<>();
    private volatile Now now = new Now(Phase.RECOVERING, "");

    public Now now() {
        return now;
    }

    /** Returns whether new work is welcome. */
    public boolean ready() {
        return now.phase() == Phase.READY;
    }

    /** Recovery has come so far. */
    public void recovering(String progress) {
        now = new Now(Phase.RECOVERING, progress);
    }

    public void enter(Phase phase) {
        now = new Now(phase, "");
        listeners.forEach(listener -> Guarded.run("telling that the server is " + phase, () -> listener.accept(phase)));
    }

    /**
     * Tells of every phase that is entered from now on, on the thread that enters it; must be quick. What it throws is
     * logged.
     */
    public void onChange(Consumer<Phase> listener) {
        listeners.add(listener);
    }
}
