package io.pledgemq.server.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class FilterCacheTest {
    private final FilterCache cache = new FilterCache(3, Filters.DEFAULT_EXPRESSION_BYTES);

    @Test
    void anExpressionIsCompiledOnce() throws IllegalFilterException {
        MessageFilter first = cache.sql92("a = 1");

        assertThat(first).isNotNull();
        assertThat(cache.sql92(new String("a = 1".toCharArray()))).isSameAs(first);
        assertThat(cache.size()).isEqualTo(1);
    }

    @Test
    void theSameTextInTheOtherLanguageIsAnother() throws IllegalFilterException {
        Message message = Message.of("m", "t", new byte[0]).withTag("paid");

        assertThat(cache.tag("paid")).isNotNull().matches(filter -> filter.accepts(message));
        assertThat(cache.sql92("paid")).isNotNull().matches(filter -> !filter.accepts(message));
    }

    @Test
    void theLeastRecentlyUsedIsForgottenFirst() throws IllegalFilterException {
        MessageFilter a = cache.tag("a");
        MessageFilter b = cache.tag("b");
        cache.tag("c");
        cache.tag("a");
        cache.tag("d");

        assertThat(cache.size()).isEqualTo(3);
        assertThat(cache.tag("a")).isSameAs(a);
        assertThat(cache.tag("b")).isNotSameAs(b);
    }

    @Test
    void everythingTakesNoPlace() throws IllegalFilterException {
        assertThat(cache.tag("*")).isNull();
        assertThat(cache.sql92("")).isNull();
        assertThat(cache.size()).isZero();
    }

    @Test
    void aRefusalIsRememberedWithItsWordsAndThrownAnew() {
        IllegalFilterException first = refusal("a = 'x");
        IllegalFilterException again = refusal("a = 'x");

        assertThat(again).isNotSameAs(first).hasMessage(first.getMessage());
        assertThat(again.position()).isEqualTo(first.position()).isEqualTo(5);
        assertThat(cache.size()).isEqualTo(1);
    }

    @Test
    void anExpressionTooLongToBeLegalIsNotKept() {
        assertThat(refusal("a".repeat(100_000))).hasMessageContaining("too long");
        assertThat(cache.size()).isZero();
    }

    @Test
    void aLongExpressionIsLegalAndNotKept() throws IllegalFilterException {
        assertThat(cache.tag("a".repeat(FilterCache.LONGEST_KEPT))).isNotNull();
        assertThat(cache.tag("a".repeat(FilterCache.LONGEST_KEPT + 1))).isNotNull();
        assertThat(cache.size()).isEqualTo(1);
    }

    @Test
    void aCacheOfNothingIsRefused() {
        assertThatThrownBy(() -> new FilterCache(0, 1)).hasMessage("a cache of 0 entries; give at least 1");
    }

    @Test
    void threadsNeverGetAnotherExpressionsFilterNorPassTheBound() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Void>> receivers = new ArrayList<>();
            for (int seed = 1; seed <= 4; seed++) {
                Random random = new Random(seed);
                receivers.add(() -> receive(random));
            }
            for (Future<Void> receiver : threads.invokeAll(receivers)) {
                receiver.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private Void receive(Random random) throws IllegalFilterException {
        for (int i = 0; i < 20_000; i++) {
            String tag = "t" + random.nextInt(6);
            MessageFilter filter = Objects.requireNonNull(cache.sql92("TAGS = '" + tag + "'"));
            Message message = Message.of("m", "t", new byte[0]);
            assertThat(filter.accepts(message.withTag(tag))).isTrue();
            assertThat(filter.accepts(message.withTag("t6"))).isFalse();
            assertThat(cache.size()).isBetween(1, 3);
        }
        return null;
    }

    private IllegalFilterException refusal(String expression) {
        return catchThrowableOfType(IllegalFilterException.class, () -> cache.sql92(expression));
    }
}
