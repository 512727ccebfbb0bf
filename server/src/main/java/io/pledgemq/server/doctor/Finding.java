package io.pledgemq.server.doctor;

/**
 * What one look showed.
 *
 * @param check short name, for programs too
 * @param next what to do about it; empty if all is well
 */
public record Finding(String check, Grade grade, String found, String next) {

    /** How bad it is. */
    public enum Grade {
        OK,
        /** A server runs, but something is not as it should be. */
        WARN,
        /** A server does not start, or does not keep its promise. */
        FAIL
    }

    static Finding ok(String check, String found) {
        return new Finding(check, Grade.OK, found, "");
    }

    static Finding warn(String check, String found, String next) {
        return new Finding(check, Grade.WARN, found, next);
    }

    static Finding fail(String check, String found, String next) {
        return new Finding(check, Grade.FAIL, found, next);
    }
}
