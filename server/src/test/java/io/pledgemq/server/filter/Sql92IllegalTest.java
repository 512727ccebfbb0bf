package io.pledgemq.server.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Sql92IllegalTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                // shape
                "a = # found the end of the expression at character 4; expected a property, a value or '('",
                "= 3 # found '=' at character 1; expected a property, a value or '('",
                "a and between 2 and 10 # found 'BETWEEN' at character 7; expected a property or a value, which no reserved word can be",
                "a = 1 b # found 'b' at character 7; expected the end, AND or OR",
                "a = 1 = 1 # found '=' at character 7; expected the end, AND or OR",
                "a + 1 = 2 # found '+' at character 3; expected the end, AND or OR",
                "(a = 1 # found the end of the expression at character 7; expected ')'",
                "a = 1) # found ')' at character 6; expected the end, AND or OR",
                "() # found ')' at character 2; expected a property, a value or '('",
                "a IS 5 # found '5' at character 6; expected NULL or NOT NULL after IS",
                "a IS NOT 5 # found '5' at character 10; expected NULL after IS NOT",
                "a NOT = 5 # found '=' at character 7; expected BETWEEN, IN, CONTAINS, STARTSWITH or ENDSWITH after NOT",
                "a BETWEEN 1 OR 2 # found 'OR' at character 13; expected AND and the upper bound of BETWEEN",
                "a BETWEEN 10 AND 1 # the lower bound is above the upper one, so nothing is BETWEEN them at character 3; swap them",
                "a LIKE 'x%' # LIKE is not in this grammar at character 3; use STARTSWITH, ENDSWITH or CONTAINS with a string",
                "a not like 'x' # LIKE is not in this grammar at character 7; use STARTSWITH",
                // lists and pieces
                "a IN 'x' # found the string 'x' at character 6; expected '(' and strings after IN",
                "a IN () # found ')' at character 7; expected a string in single quotes for IN",
                "a IN (1) # found '1' at character 7; expected a string in single quotes for IN",
                "a IN ('x' 'y') # found the string 'y' at character 11; expected ',' or ')' in the list of IN",
                "a IN ('x', # found the end of the expression at character 11; expected a string in single quotes for IN",
                "'a' IN ('x') # no property before IN at character 1; write a property's name there",
                "a CONTAINS b # found 'b' at character 12; expected a string in single quotes for CONTAINS",
                "a STARTSWITH 1 # found '1' at character 14; expected a string in single quotes for STARTSWITH",
                "a NOT ENDSWITH # found the end of the expression at character 15; expected a string in single quotes for ENDSWITH",
                // kinds
                "a = NULL # NULL compared at character 5; use IS NULL or IS NOT NULL",
                "a BETWEEN NULL AND 1 # NULL compared at character 11; use IS NULL or IS NOT NULL",
                "a > 'x' # the string 'x' where only a number or a property can be ordered at character 5; use '=' or '<>', or a number without quotes",
                "TRUE >= a # 'TRUE' where only a number or a property can be ordered at character 1; use '='",
                "a BETWEEN '1' AND '2' # the string '1' where only a number or a property can be ordered at character 11; use",
                "(a = 1) BETWEEN 1 AND 2 # '(' where only a number or a property can be ordered at character 1; use",
                "TRUE = 5 # '=' between a boolean and a number at character 6; compare each with its own kind",
                "5 <> (a = 1) # '<>' between a boolean and a number at character 3; compare each with its own kind",
                "5 # '5' begins a value, not a condition, at character 1; compare it with something",
                "a = 1 AND 'x' # the string 'x' begins a value, not a condition, at character 11; compare it with something",
                "NOT 5 # '5' begins a value, not a condition, at character 5; compare it with something",
                // words
                "a = 'x # a string is never closed, beginning at character 5; end it with ', and write a quote inside it as ''",
                "a = 'it's' # a string is never closed, beginning at character 10; end it with '",
                "a = \"x\" # '\"' at character 5; put strings in single quotes, and names in none",
                "%secret = 1 # '%' at character 1; properties that begin with '%' are the server's own, filter by another",
                "a != 1 # '!' at character 3; write '<>' for not equal, and NOT for not",
                "a == 1 # '==' at character 3; write '=' for equal",
                "a * 2 = 4 # '*' at character 3; there is neither arithmetic nor comments, compare plain values",
                "a = 1 /* x */ # '/' at character 7; there is neither arithmetic nor comments",
                "a = 1 -- x # a comment at character 7; leave comments out; before a number write one sign",
                "a = -b # found 'b' at character 6; expected a number after '-'",
                "a = +-1 # found '-' at character 6; expected a number after '+'",
                "a = 12x # 'x' inside a number at character 7; write numbers like 7, 0.5 or 6e-3",
                "a = 1.2.3 # '.' inside a number at character 8; write numbers like",
                "a = 1.5L # 'L' inside a number at character 8; write numbers like",
                "a = 1e12345 # 'e' inside a number at character 6; write numbers like 7, 0.5 or 6e-3 (an exponent of at most 4 digits)",
                "a; b # ';' at character 2; names are made of a-z, A-Z, 0-9, '_' and '$' and begin with no digit; strings stand in single quotes",
                "a.b = 1 # '.' at character 2; names are made of",
                "名 = 1 # '名' at character 1; names are made of",
                "🚚 = 1 # '🚚' at character 1; names are made of",
            })
    void anIllegalExpressionIsToldWhatWhereAndWhatToDo(String expression, String message) {
        assertThat(refusal(expression)).hasMessageStartingWith("SQL92 filter: " + message);
    }

    @Test
    void whatIsShownOfAnExpressionIsShortAndOnOneLine() {
        assertThat(refusal("a = 1 '\r\n\0" + "x".repeat(100) + "'"))
                .hasMessage("SQL92 filter: found the string '\\u000d\\u000a\\u0000" + "x".repeat(21)
                        + "...' at character 7; expected the end, AND or OR");
        assertThat(refusal("a = \u0007"))
                .hasMessage("SQL92 filter: control character U+0007 at character 5; remove it");
        assertThat(refusal("a = \ud83d")).hasMessageStartingWith("SQL92 filter: '\\ud83d' at character 5;");
    }

    @Test
    void nestingEndsAtItsLimitAndNeverAtTheStacks() {
        int most = 4096;
        String tooDeep = "SQL92 filter: more than 32 parentheses and NOTs inside one another at character ";

        assertThat(refusal("(".repeat(33) + "a = 1" + ")".repeat(33)))
                .hasMessage(tooDeep + "33; remove the superfluous ones");
        assertThat(refusal("(".repeat(most))).hasMessageStartingWith(tooDeep + "33;");
        assertThat(refusal("NOT ".repeat(most / 4 - 1) + "a")).hasMessageStartingWith(tooDeep + "129;");
        assertThat(refusal("NOT(".repeat(most / 4 - 1) + "a")).hasMessageStartingWith(tooDeep);
    }

    @Test
    void conditionsAreCounted() {
        String most =
                IntStream.range(0, Filters.MAX_CONDITIONS).mapToObj(i -> "a").collect(Collectors.joining(" OR "));
        String refused = "SQL92 filter: more than 64 conditions at character ";
        int next = most.length() + 5;

        assertThat(refusal(most + " OR a")).hasMessageStartingWith(refused + next);
        assertThat(refusal(most + " OR a = 1")).hasMessageStartingWith(refused + (next + 2));
        assertThat(refusal(most + " OR a IN ('x')")).hasMessageStartingWith(refused + (next + 2));
        assertThat(refusal(most + " OR a CONTAINS 'x'")).hasMessageStartingWith(refused + (next + 2));
        assertThat(refusal(most + " OR a IS NULL")).hasMessageStartingWith(refused + (next + 2));
        assertThat(refusal(most.substring(5) + " OR a BETWEEN 1 AND 2")).hasMessageStartingWith(refused);
    }

    @Test
    void aNumberOfMoreCharactersThanAllowedIsRefused() {
        assertThat(refusal("a = " + "1".repeat(Filters.MAX_NUMBER_LENGTH + 1)))
                .hasMessage("SQL92 filter: a number of more than 64 characters at character 5;"
                        + " shorten it, or compare with a string");
    }

    private static IllegalFilterException refusal(String expression) {
        return catchThrowableOfType(IllegalFilterException.class, () -> Filters.sql92(expression));
    }
}
