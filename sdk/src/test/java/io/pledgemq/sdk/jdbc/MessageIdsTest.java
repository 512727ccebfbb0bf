package io.pledgemq.sdk.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class MessageIdsTest {
    private static final long NOW = 1_700_000_000_000L;

    @Test
    void idsOfOneProcessGrowAsTextEvenIfTheClockStandsStill() {
        MessageIds ids = new MessageIds(Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC));
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            made.add(ids.next());
        }
        assertThat(made).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void idIsAUuidOfVersionSeven() {
        UUID id = UUID.fromString(new MessageIds(Clock.systemUTC()).next());
        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
    }

    @Test
    void lowestIdOfAMillisecondIsAboveAllEarlierOnes() {
        MessageIds ids = new MessageIds(Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC));
        String id = ids.next();
        assertThat(MessageIds.lowestOf(NOW)).isLessThan(id);
        assertThat(MessageIds.lowestOf(NOW + 1)).isGreaterThan(id);
    }

    @Test
    void foreignMessageAlwaysGetsTheSameId() {
        assertThat(MessageIds.derived(NOW, "7F0001")).isEqualTo(MessageIds.derived(NOW, "7F0001"));
        assertThat(MessageIds.derived(NOW, "7F0001")).isNotEqualTo(MessageIds.derived(NOW, "7F0002"));
        assertThat(MessageIds.derived(NOW, "x")).isBetween(MessageIds.lowestOf(NOW), MessageIds.lowestOf(NOW + 1));
    }
}
