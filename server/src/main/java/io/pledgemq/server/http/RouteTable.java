package io.pledgemq.server.http;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All routes, found by method and path. Immutable. */
final class RouteTable {
    private final List<Route> routes;

    /** Checks that every route can be reached and that its path and fields fit. */
    RouteTable(List<Route> routes) {
        this.routes = List.copyOf(routes);
        Set<String> seen = new HashSet<>();
        for (Route route : routes) {
            boolean fresh = seen.add(route.method() + " " + route.path()) && seen.add(route.operation());
            if (!fresh) {
                throw new IllegalArgumentException(route.operation() + " is in the table twice");
            }
            for (Field field : route.fields()) {
                if (field.place() == Field.Place.PATH && !route.path().contains("{" + field.name() + "}")) {
                    throw new IllegalArgumentException(
                            route.operation() + ": " + field.name() + " is not in the path " + route.path());
                }
            }
        }
    }

    /**
     * A route with the parts of the path that stand for fields.
     *
     * @param segments by the fields' names, percent-encoded
     */
    record Match(Route route, Map<String, String> segments) {
        Match {
            segments = Map.copyOf(segments);
        }

        String segment(String name) {
            String segment = segments.get(name);
            if (segment == null) {
                throw new IllegalStateException(route.operation() + " has no {" + name + "} in its path");
            }
            return segment;
        }
    }

    List<Route> all() {
        return routes;
    }

    /** Finds the route; what stands literally in a path goes before what stands for a field. */
    Match match(String method, String path) throws AdminProblem {
        Set<String> methods = new TreeSet<>();
        Match best = null;
        for (Route route : routes) {
            Map<String, String> segments = segments(route.path(), path);
            if (segments == null) {
                continue;
            }
            methods.add(route.method());
            boolean right = route.method().equals(method);
            if (right && (best == null || segments.size() < best.segments().size())) {
                best = new Match(route, segments);
            }
        }
        if (best != null) {
            return best;
        }
        if (methods.isEmpty()) {
            throw AdminProblem.notFound(
                    "NO_SUCH_ROUTE", "there is no such path.", "see GET " + AdminApi.PREFIX + "/openapi.json.");
        }
        throw new AdminProblem(
                AdminProblem.METHOD_NOT_ALLOWED,
                new AdminProblem.Told(
                        "METHOD_NOT_ALLOWED",
                        "Nothing was done.",
                        "this path does not take that method.",
                        "use " + String.join(" or ", methods) + "."));
    }

    private static @Nullable Map<String, String> segments(String template, String path) {
        String[] wanted = template.split("/", -1);
        String[] given = path.split("/", -1);
        if (wanted.length != given.length) {
            return null;
        }
        Map<String, String> segments = new LinkedHashMap<>();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{")) {
                segments.put(wanted[i].substring(1, wanted[i].length() - 1), given[i]);
            } else if (!wanted[i].equals(given[i])) {
                return null;
            }
        }
        return segments;
    }
}
