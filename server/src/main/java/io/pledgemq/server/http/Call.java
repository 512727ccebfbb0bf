package io.pledgemq.server.http;

import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.Party;
import io.pledgemq.server.access.Access;
import io.pledgemq.server.access.Action;
import io.pledgemq.server.access.Principal;
import io.pledgemq.server.access.Resource;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One call with its checked values. For one thread. */
final class Call {
    private final Route route;
    private final Principal principal;
    private final Access access;
    private final Map<String, Object> values;
    private @Nullable String before;
    private @Nullable String after;

    Call(Route route, Principal principal, Access access, Map<String, Object> values) {
        this.route = route;
        this.principal = principal;
        this.access = access;
        this.values = Map.copyOf(values);
    }

    Route route() {
        return route;
    }

    /** A value that the route requires. */
    String text(String name) {
        return value(name, String.class).orElseThrow(() -> new IllegalStateException(name + " is not required"));
    }

    Optional<String> given(String name) {
        return value(name, String.class);
    }

    /** A value of a filter; empty text if it was not given. */
    String filter(String name) {
        return given(name).orElse("");
    }

    MessageId id(String name) {
        return value(name, MessageId.class).orElseThrow(() -> new IllegalStateException(name + " is not required"));
    }

    Optional<MessageId> givenId(String name) {
        return value(name, MessageId.class);
    }

    @SuppressWarnings("unchecked") // Fields made it so
    List<MessageId> ids() {
        return (List<MessageId>) (List<?>) value("ids", List.class).orElse(List.of());
    }

    Optional<Long> number(String name) {
        return value(name, Long.class);
    }

    Optional<Instant> time(String name) {
        return value(name, Instant.class);
    }

    boolean flag(String name) {
        return value(name, Boolean.class).orElse(false);
    }

    Optional<Boolean> givenFlag(String name) {
        return value(name, Boolean.class);
    }

    byte[] bytes(String name) {
        return value(name, byte[].class).orElseThrow(() -> new IllegalStateException(name + " is not required"));
    }

    /** Most items that a page may have. */
    int limit() throws AdminProblem {
        long limit = number("limit").orElse((long) Field.USUAL_LIMIT);
        if (limit < 1 || limit > Field.MAX_LIMIT) {
            throw AdminProblem.illegal(
                    "limit is " + limit + ", but must be 1 to " + Field.MAX_LIMIT + ".", "ask for fewer and page on.");
        }
        return (int) limit;
    }

    /** Where a page begins, for lists whose cursor is a number. */
    int numericCursor() throws AdminProblem {
        long cursor = longCursor(0);
        if (cursor > Integer.MAX_VALUE) {
            throw wrongCursor();
        }
        return (int) cursor;
    }

    /** Where a page begins, for lists whose cursor is a large number. */
    long longCursor(long first) throws AdminProblem {
        String cursor = filter("cursor");
        try {
            return cursor.isEmpty() ? first : Long.parseUnsignedLong(cursor);
        } catch (NumberFormatException e) {
            throw wrongCursor();
        }
    }

    private static AdminProblem wrongCursor() {
        return AdminProblem.illegal("`cursor` is no cursor of this list.", "take `next` of the page before.");
    }

    /** Returns whether the caller holds the route's permission on this. */
    boolean may(Resource resource) {
        return may(route.action(), resource);
    }

    boolean may(Action action, Resource resource) {
        return access.allowed(principal, action, resource);
    }

    <T> Predicate<T> mayAt(Function<T, Resource> resource) {
        return item -> may(resource.apply(item));
    }

    /** Throws unless the caller holds the route's permission on this. */
    void require(Resource resource) throws AdminProblem {
        if (!may(resource)) {
            throw forbidden(principal, route.action(), resource);
        }
    }

    static AdminProblem forbidden(Principal principal, Action action, Resource resource) {
        String on = resource.kind() == Resource.Kind.SERVER
                ? "the server"
                : resource.kind().name().toLowerCase(Locale.ROOT) + " " + resource.name();
        return new AdminProblem(
                AdminProblem.FORBIDDEN,
                new AdminProblem.Told(
                        "FORBIDDEN",
                        "Nothing was done.",
                        "user " + principal + " has no permission " + action.spelling() + " on " + on + ".",
                        "ask an administrator for a role or a grant (docs/access.md)."));
    }

    /** The caller, for a message's history. */
    Party operator() {
        return Party.operator(principal.name(), filter("reason"));
    }

    /** What settings were before and are now, for the audit log. */
    void changed(@Nullable Object from, @Nullable Object to) {
        before = from == null ? null : from.toString();
        after = to == null ? null : to.toString();
    }

    @Nullable
    String before() {
        return before;
    }

    @Nullable
    String after() {
        return after;
    }

    private <T> Optional<T> value(String name, Class<T> type) {
        if (route.field(name).isEmpty()) {
            throw new IllegalStateException(route.operation() + " has no field " + name);
        }
        return Optional.ofNullable(values.get(name)).map(type::cast);
    }
}
