package io.pledgemq.server.access;

import java.util.Locale;

/**
 * What a person at the administration may do, on every topic and group. Only {@link #ADMIN} sees bodies, changes the
 * server itself, publishes and consumes; others get single actions by grants.
 */
public enum Role {
    /** Looks: {@link Action#ADMIN_READ} everywhere. */
    VIEWER,
    /** Looks and works: also {@link Action#ADMIN_WRITE} on topics and groups, not on the server. */
    OPERATOR,
    /** Everything. */
    ADMIN;

    /** Returns whether the role alone allows the action. */
    public boolean allows(Action action, Resource.Kind kind) {
        return switch (this) {
            case VIEWER -> action == Action.ADMIN_READ;
            case OPERATOR ->
                action == Action.ADMIN_READ || (action == Action.ADMIN_WRITE && kind != Resource.Kind.SERVER);
            case ADMIN -> true;
        };
    }

    /** Returns the spelling of files and messages: {@code operator}. */
    public String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }
}
