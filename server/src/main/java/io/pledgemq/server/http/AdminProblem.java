package io.pledgemq.server.http;

import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Refusal;

/** Why a call failed; answered as {@code {code, what, why, next}}. */
final class AdminProblem extends Exception {
    private static final long serialVersionUID = 1L;

    static final int BAD_REQUEST = 400;
    static final int UNAUTHORIZED = 401;
    static final int FORBIDDEN = 403;
    static final int NOT_FOUND = 404;
    static final int METHOD_NOT_ALLOWED = 405;
    static final int CONFLICT = 409;
    static final int TOO_LARGE = 413;
    static final int INTERNAL = 500;
    static final int UNAVAILABLE = 503;
    static final int NO_SPACE = 507;

    private final transient Told told;
    private final int status;

    /**
     * What the caller reads.
     *
     * @param code for programs; never changes its meaning
     * @param what was not done
     * @param why not
     * @param next what to do about it
     */
    record Told(String code, String what, String why, String next) {}

    AdminProblem(int status, Told told) {
        super(told.what + " " + told.why, null, false, false);
        this.status = status;
        this.told = told;
    }

    static AdminProblem illegal(String why, String next) {
        return new AdminProblem(BAD_REQUEST, new Told("ILLEGAL_ARGUMENT", "Nothing was done.", why, next));
    }

    static AdminProblem notFound(String code, String why, String next) {
        return new AdminProblem(NOT_FOUND, new Told(code, "Nothing was found.", why, next));
    }

    static AdminProblem unavailable(String code, String why, String next) {
        return new AdminProblem(UNAVAILABLE, new Told(code, "Nothing was done.", why, next));
    }

    /** The engine said no; its own text tells why and mostly what to do. */
    static AdminProblem refused(Outcome.Refused refused) {
        return new AdminProblem(
                status(refused.why()),
                new Told(refused.why().name(), "The engine refused it.", refused.text(), next(refused.why())));
    }

    private static int status(Refusal why) {
        return switch (why) {
            case UNKNOWN_TOPIC, UNKNOWN_GROUP, UNKNOWN_TRANSACTION, UNKNOWN_MESSAGE, NOT_SUBSCRIBED -> NOT_FOUND;
            case ILLEGAL_NAME, ILLEGAL_ARGUMENT, WRONG_TOPIC_TYPE, DELAY_TOO_LONG, PROPERTIES_TOO_LARGE -> BAD_REQUEST;
            case BODY_TOO_LARGE -> TOO_LARGE;
            case DISK_FULL -> NO_SPACE;
            case CLOSED -> UNAVAILABLE;
            default -> CONFLICT;
        };
    }

    private static String next(Refusal why) {
        return switch (why) {
            case UNKNOWN_TOPIC -> "see the topics there are: GET /admin/v1/topics, ./pledgemq topic list";
            case UNKNOWN_GROUP, NOT_SUBSCRIBED ->
                "see the groups there are: GET /admin/v1/groups, ./pledgemq group list";
            case UNKNOWN_TRANSACTION -> "see what is undecided: GET /admin/v1/transactions, ./pledgemq tx list";
            case NOT_OPEN -> "see its state: GET /admin/v1/dead-letters, ./pledgemq dead list";
            case IN_USE ->
                "settle or remove what needs it first; a group or subscription goes all the same with --even-if-unsettled"
                        + " (evenIfUnsettled=true); its messages are lost to it then";
            case CONFLICT -> "look at what is there, and change or delete that";
            case CONTRARY_DECISION -> "see who decided: ./pledgemq message show ID";
            case DISK_FULL -> "free space on the disk of the data directory";
            case CLOSED -> "start the server again";
            default -> "correct the request";
        };
    }

    int status() {
        return status;
    }

    Told told() {
        return told;
    }
}
