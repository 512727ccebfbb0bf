package io.pledgemq.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.view.DeadLetterView;
import io.pledgemq.engine.view.HistoryEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Dead letters in the fields of the API, for commands that open an engine themselves. */
public final class DeadLetterForms {

    private DeadLetterForms() {}

    /** As an item of {@code GET /dead-letters}. */
    public static JsonNode of(DeadLetterView dead) {
        return Json.MAPPER.valueToTree(DeadLetterRoutes.DeadLetterAnswer.of(dead));
    }

    /** As {@code GET /dead-letters/ID}. */
    public static JsonNode of(List<DeadLetterView> letters, List<HistoryEvent> history) {
        return Json.MAPPER.valueToTree(new DeadLetterRoutes.DeadLetterHistory(
                letters.stream().map(DeadLetterRoutes.DeadLetterAnswer::of).toList(), HistoryAnswer.of(history)));
    }

    /**
     * What became of one that was acted on.
     *
     * @param group null if there is none with this id
     * @param outcome null if there is none with this id
     * @param advice what to do about a refusal, or why there is none
     */
    public record Became(
            String id, @Nullable String group, @Nullable Outcome outcome, String advice) {
        private Settled.One answer() {
            if (outcome == null) {
                return Settled.One.notFound(id, advice);
            }
            return outcome instanceof Outcome.Refused refused
                    ? Settled.One.refused(
                            id, String.valueOf(group), refused.why().name(), refused.text() + "; " + advice)
                    : Settled.One.done(id, group);
        }
    }

    /** As {@code POST /dead-letters/skip} and its like. */
    public static JsonNode settled(List<Became> all) {
        return Json.MAPPER.valueToTree(
                Settled.of(all.stream().map(Became::answer).toList()));
    }
}
