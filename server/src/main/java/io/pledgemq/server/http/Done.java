package io.pledgemq.server.http;

import io.pledgemq.engine.command.Outcome;

/** An action that has nothing to tell but that it was done. */
record Done(boolean done) {

    static Done check(Outcome outcome) throws AdminProblem {
        if (outcome instanceof Outcome.Refused refused) {
            throw AdminProblem.refused(refused);
        }
        return new Done(true);
    }
}
