package io.pledgemq.server.audit;

import io.pledgemq.server.access.Authentication;
import io.pledgemq.server.access.Principal;
import java.net.InetAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An action, or a refused one. Never put a secret or a message body into an entry. The texts may come from strangers
 * otherwise: the audit log escapes and shortens them.
 *
 * @param who {@link Principal#toString}, or {@link Authentication.Refused#claimed}
 * @param from address of the caller
 * @param action name of the call, such as {@code SendMessage} or {@code topic.delete}
 * @param resource what it was done to
 * @param result how it ended
 * @param detail why, and what it changed
 */
public record AuditEntry(String who, InetAddress from, String action, String resource, Result result, Detail detail) {

    /** How an action ended. */
    public enum Result {
        /** It is about to be done. */
        ASKED,
        /** It was done. */
        DONE,
        /** It was allowed and did not succeed. */
        FAILED,
        /** It was not allowed. */
        REFUSED;

        String spelling() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Why, and what changed; each is null where there is nothing to say.
     *
     * @param reason a person's reason, or why it was refused
     * @param before the changed settings before
     * @param after the changed settings after
     */
    public record Detail(
            @Nullable String reason,
            @Nullable String before,
            @Nullable String after) {

        /** Nothing to say. */
        public static final Detail NONE = new Detail(null, null, null);

        /** Returns a detail with a reason only. */
        public static Detail because(String reason) {
            return new Detail(reason, null, null);
        }
    }

    /** Returns the same entry with another result. */
    public AuditEntry ended(Result how) {
        return new AuditEntry(who, from, action, resource, how, detail);
    }
}
