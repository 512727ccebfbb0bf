package io.pledgemq.server.http;

import io.pledgemq.server.access.Action;
import java.util.List;
import java.util.Optional;

/**
 * One operation of the administration. The server's routing, its access check, the OpenAPI document and the access
 * matrix of the tests are derived from these.
 *
 * @param method HTTP method
 * @param path below {@link AdminApi#PREFIX}; {@code {name}} stands for a field
 * @param operation its name, in the audit log and in the document: {@code topic.create}
 * @param summary one sentence
 * @param action permission that it needs
 * @param target what the permission is for
 * @param fields what the caller gives
 * @param answer record that the answer is made of
 * @param handler does it
 */
record Route(
        String method,
        String path,
        String operation,
        String summary,
        Action action,
        Target target,
        List<Field> fields,
        Class<?> answer,
        Handler handler) {

    /** Answers a call whose caller may make it and whose fields are right. May wait. */
    interface Handler {
        Object handle(Call call) throws AdminProblem;
    }

    Route {
        fields = List.copyOf(fields);
    }

    /** Returns whether it changes something, so that it is written to the audit log before it is done. */
    boolean changes() {
        return !method.equals("GET");
    }

    Optional<Field> field(String name) {
        return fields.stream().filter(field -> field.name().equals(name)).findFirst();
    }

    static Sketch get(String path, String operation) {
        return new Sketch("GET", path, operation, "", Action.ADMIN_READ, Target.SERVER, List.of());
    }

    static Sketch post(String path, String operation) {
        return new Sketch("POST", path, operation, "", Action.ADMIN_WRITE, Target.SERVER, List.of());
    }

    static Sketch put(String path, String operation) {
        return new Sketch("PUT", path, operation, "", Action.ADMIN_WRITE, Target.SERVER, List.of());
    }

    static Sketch delete(String path, String operation) {
        return new Sketch("DELETE", path, operation, "", Action.ADMIN_WRITE, Target.SERVER, List.of());
    }

    /** A route that is not finished yet. */
    record Sketch(
            String method,
            String path,
            String operation,
            String summary,
            Action action,
            Target target,
            List<Field> fields) {

        Sketch {
            fields = List.copyOf(fields);
        }

        Sketch does(String newSummary) {
            return new Sketch(method, path, operation, newSummary, action, target, fields);
        }

        Sketch needs(Action newAction) {
            return new Sketch(method, path, operation, summary, newAction, target, fields);
        }

        Sketch on(Target newTarget) {
            return new Sketch(method, path, operation, summary, action, newTarget, fields);
        }

        Sketch with(Field... newFields) {
            return new Sketch(method, path, operation, summary, action, target, List.of(newFields));
        }

        Route answers(Class<?> answer, Handler handler) {
            return new Route(method, path, operation, summary, action, target, fields, answer, handler);
        }
    }
}
