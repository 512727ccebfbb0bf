package io.pledgemq.server.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageFilter;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FiltersTest {

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n", "*", "  * "})
    void nothingAndAStarAreEverythingInBothLanguages(String expression) throws IllegalFilterException {
        assertThat(Filters.tag(expression)).isNull();
        assertThat(Filters.sql92(expression)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "a,             a,   true",
        "a,             b,   false",
        "a,             A,   false",
        "a || b,        b,   true",
        "a||b||c,       c,   true",
        "a||a,          a,   true",
        "'  a  ||\tb ', b,   true",
        "a b || c,      a b, true",
        "a b || c,      a,   false",
        "a*,            a*,  true",
        "a*,            ab,  false",
        "订单 || 🚚,     🚚,  true",
        "a || b,        ,    false",
        "a||||b,        b,   true",
        "a||||b,        ,    false",
        "|| a,          a,   true",
        "a || ,         a,   true",
        "a || || b,     b,   true",
        "a || \t || b,  a,   true",
    })
    void aTagExpressionTakesMessagesWithOneOfItsTags(String expression, @Nullable String tag, boolean accepted)
            throws IllegalFilterException {
        assertThat(accepts(Filters.tag(expression), message(tag))).isEqualTo(accepted);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "|| # no tag at character 1; write one, or only '*' for all messages",
                "|| || # no tag at character 1; write one",
                "a | b # a single '|' at character 3; separate tags with '||'",
                "a ||| b # a single '|' at character 5; separate",
                "a || * # '*' among other tags at character 6; write only '*' for all messages, or leave it out",
            })
    void anIllegalTagExpressionIsToldWhatWhereAndWhatToDo(String expression, String message) {
        assertThatThrownBy(() -> Filters.tag(expression))
                .isInstanceOf(IllegalFilterException.class)
                .hasMessageStartingWith("TAG filter: " + message);
    }

    @Test
    void aControlCharacterInATagIsNamedAndNotShown() {
        assertThatThrownBy(() -> Filters.tag("a || b\r\nc"))
                .hasMessage("TAG filter: control character U+000D at character 7; remove it")
                .asInstanceOf(InstanceOfAssertFactories.type(IllegalFilterException.class))
                .returns(7, IllegalFilterException::position);
    }

    @Test
    void asManyTagsAsAllowedAreTakenAndOneMoreIsNot() throws IllegalFilterException {
        assertThat(accepts(Filters.tag(tags(Filters.MAX_TAGS)), message("t" + Filters.MAX_TAGS)))
                .isTrue();
        assertThatThrownBy(() -> Filters.tag(tags(Filters.MAX_TAGS + 1)))
                .hasMessageMatching("TAG filter: more than 128 tags at character \\d+; subscribe with fewer tags.*");
    }

    @Test
    void anExpressionOfTheFullLengthIsTakenAndALongerOneIsNot() throws IllegalFilterException {
        int most = Filters.DEFAULT_EXPRESSION_BYTES;
        String full = "\u8ba2".repeat(most / 3) + "t".repeat(most % 3);
        String sql = "a = '" + "t".repeat(most - 6) + "'";

        assertThat(accepts(Filters.tag(full), message(full))).isTrue();
        assertThat(Filters.sql92(sql)).isNotNull();
        assertThatThrownBy(() -> Filters.tag(full + "t"))
                .hasMessage("TAG filter: the expression is too long: limits.filter=16384 bytes are allowed; shorten it,"
                        + " or filter by a property made for it");
        assertThatThrownBy(() -> Filters.sql92(sql + " "))
                .hasMessageStartingWith("SQL92 filter: the expression is too");
        assertThatThrownBy(() -> Filters.tag("ab", 1)).hasMessageContaining("limits.filter=1 ");
    }

    private static String tags(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> "t" + i).collect(Collectors.joining(" || "));
    }

    private static boolean accepts(@Nullable MessageFilter filter, Message message) {
        return Objects.requireNonNull(filter).accepts(message);
    }

    private static Message message(@Nullable String tag) {
        return Message.of("m", "topic", new byte[0]).withTag(tag);
    }
}
