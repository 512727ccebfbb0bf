package io.pledgemq.server.access;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A user and what it may do.
 *
 * @param name access key of RocketMQ's signature and user name of the administration
 * @param secret what it proves to know
 * @param role its role at the administration, null without one
 * @param strictTime whether its signatures must be of these five minutes
 * @param grants what it may do besides
 */
record User(String name, Secret secret, @Nullable Role role, boolean strictTime, List<Grant> grants) {

    /** Names are safe in headers, logs and files: no slash, colon, comma or blank. */
    static final String NAME_RULE = "1 to 64 of A-Z a-z 0-9 . _ @ + -, the first a letter or digit";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}");

    User {
        grants = List.copyOf(grants);
    }

    static boolean nameFits(String name) {
        return NAME.matcher(name).matches();
    }

    boolean allows(Action action, Resource resource) {
        if (role != null && role.allows(action, resource.kind())) {
            return true;
        }
        for (Grant grant : grants) {
            if (grant.covers(action, resource)) {
                return true;
            }
        }
        return false;
    }

    boolean allowsSomewhere(Action action) {
        return (role != null && role.allows(action, Resource.Kind.TOPIC))
                || grants.stream().anyMatch(grant -> grant.actions().contains(action));
    }
}
