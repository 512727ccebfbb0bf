package io.pledgemq.server.http;

import io.pledgemq.engine.command.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The results of an action on several messages. A refusal of one does not hinder the others.
 *
 * @param done how many were done
 * @param refused how many were there, and were refused
 * @param notFound how many are not there
 */
record Settled(List<One> results, int done, int refused, int notFound) {

    /**
     * What became of one message in one group.
     *
     * @param group consumer group, where the action is on a dead letter
     * @param result done, refused or not-found
     * @param code why not, for programs
     * @param why why not, for people
     */
    record One(
            String id,
            @Nullable String group,
            String result,
            @Nullable String code,
            @Nullable String why) {

        static One done(String id, @Nullable String group) {
            return new One(id, group, "done", null, null);
        }

        static One of(String id, @Nullable String group, Outcome outcome) {
            return outcome instanceof Outcome.Refused refused
                    ? refused(id, group, refused.why().name(), refused.text())
                    : done(id, group);
        }

        static One refused(String id, @Nullable String group, String code, String why) {
            return new One(id, group, "refused", code, why);
        }

        static One notFound(String id, String why) {
            return new One(id, null, "not-found", "UNKNOWN_MESSAGE", why);
        }
    }

    static Settled of(List<One> results) {
        return new Settled(
                List.copyOf(results), count(results, "done"), count(results, "refused"), count(results, "not-found"));
    }

    private static int count(List<One> results, String result) {
        return Math.toIntExact(
                results.stream().filter(one -> one.result.equals(result)).count());
    }

    /** Why it was not done, null if it was. */
    @Nullable
    String problemOf(String id) {
        return results.stream()
                .filter(one -> one.id.equals(id) && one.why != null)
                .map(one -> String.valueOf(one.why))
                .findFirst()
                .orElse(null);
    }
}
