package io.pledgemq.engine.sim;

/** The simulated machine is off: nothing can be done with its storage until {@code crash()} or {@code restart()}. */
public final class SimCrash extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SimCrash(long call) {
        super("the simulated machine stopped at storage call " + call);
    }
}
