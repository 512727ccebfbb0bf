package io.pledgemq.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AlertLinesTest {

    private final List<String> screen = new ArrayList<>();

    @Test
    void theFirstOfAKindAreShownAndTheOthersAreCounted() {
        try (AlertLines lines = new AlertLines(screen::add)) {
            for (int i = 1; i <= 369; i++) {
                lines.say(Map.of("kind", "DEAD_LETTER", "text", "message " + i));
            }
            lines.say(Map.of("kind", "PARKED", "text", "half message 1"));
        }

        assertThat(screen).hasSize(AlertLines.MAX_IN_FULL + 2);
        assertThat(screen.get(0)).isEqualTo("ALERT DEAD_LETTER: message 1");
        assertThat(screen).contains("ALERT DEAD_LETTER: message 10", "ALERT PARKED: half message 1");
        assertThat(screen).last().isEqualTo("ALERT DEAD_LETTER: 359 more, not shown");
    }

    @Test
    void nothingIsCountedWhenEverythingWasShown() {
        try (AlertLines lines = new AlertLines(screen::add)) {
            lines.say(Map.of("kind", "DISK_FULL", "text", "no room"));
        }

        assertThat(screen).containsExactly("ALERT DISK_FULL: no room");
    }
}
