package io.pledgemq.engine.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.engine.command.CommandType;
import org.junit.jupiter.api.Test;

class HistoryLineTest {
    @Test
    void lineHasFiveFieldsInTheOrderThatTheFormatNames() {
        HistoryLine event = new HistoryLine(4_294_967_320L, 1_700_000_000_123L, CommandType.FAIL, "shop-1", "no shelf");

        assertThat(event.format())
                .isEqualTo("4294967320\t1700000000123\t" + CommandType.FAIL.code() + "\tshop-1\tno shelf");
        assertThat(HistoryLine.parse(event.format())).isEqualTo(event);
    }

    @Test
    void tabsAreKeptAsBlanksAndEmptyFieldsAsTheyAre() {
        HistoryLine event = new HistoryLine(1, 2, CommandType.ACK, "", "a\tb");

        assertThat(HistoryLine.parse(event.format())).isEqualTo(new HistoryLine(1, 2, CommandType.ACK, "", "a b"));
    }

    @Test
    void lineOfAnotherLayoutIsRefusedByName() {
        assertThatThrownBy(() -> HistoryLine.parse("1\t2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a carried event has 5 fields, this has 2: 1\t2");
    }
}
