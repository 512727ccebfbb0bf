package io.pledgemq.server.http;

import io.pledgemq.engine.command.Outcome;

/** The answer of an action without a result. */
record Done(boolean done) {

    static Done check(Outcome outcome) throws AdminProblem {
        if (outcome instanceof Outcome.Refused refused) {
            throw AdminProblem.refused(refused);
        }
        return new Done(true);
    }
}
