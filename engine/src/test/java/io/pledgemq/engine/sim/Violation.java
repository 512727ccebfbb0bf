package io.pledgemq.engine.sim;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The engine did what it must not do. */
final class Violation extends AssertionError {
    private static final long serialVersionUID = 1L;

    Violation(String text) {
        super(text);
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation is in a jar that the engine does without
    static void check(boolean holds, String text, @Nullable Object... values) {
        if (!holds) {
            throw new Violation(String.format(Locale.ROOT, text, values));
        }
    }
}
