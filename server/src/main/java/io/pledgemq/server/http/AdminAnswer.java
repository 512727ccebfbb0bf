package io.pledgemq.server.http;

/**
 * An answer that is not written yet.
 *
 * @param status of HTTP
 * @param body to be written as JSON
 */
record AdminAnswer(int status, Object body) {
    static final int OK = 200;

    static AdminAnswer ok(Object body) {
        return new AdminAnswer(OK, body);
    }

    static AdminAnswer of(AdminProblem problem) {
        return new AdminAnswer(problem.status(), problem.told());
    }
}
