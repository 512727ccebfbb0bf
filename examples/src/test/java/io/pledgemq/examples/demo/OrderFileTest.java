package io.pledgemq.examples.demo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.examples.order.Order;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrderFileTest {

    static final long SAMPLE_SEED = 20260302;

    private static final String HEADER = String.join(",", OrderRows.HEADER) + "\n";
    private static final String GOOD =
            "A-1,李伟,\"Washington, D.C.\",2026-03-02T08:00:00Z,SKU-1,\"Bolt \"\"M6\"\"\",2,1.50\n";

    @Test
    void theOrdersThatShipAreManyAndRealistic() throws DemoException {
        List<Order> orders = OrderFile.sample();

        assertThat(orders).hasSizeGreaterThanOrEqualTo(1000);
        assertThat(orders).allMatch(order -> order.lines().size() > 1);
        assertThat(orders).anyMatch(order -> order.customer().contains(","));
        assertThat(orders).anyMatch(order -> order.customer().equals("李伟"));
    }

    @Test
    void theGeneratorStillMakesTheOrdersThatShip() throws DemoException {
        OrderGenerator generator = new OrderGenerator(OrderFile.sample().size(), SAMPLE_SEED);

        assertThat(OrderFile.sample()).first().isEqualTo(generator.get(0));
        assertThat(OrderFile.sample()).last().isEqualTo(generator.get(generator.size() - 1));
    }

    @Test
    void quotedFieldsKeepCommasQuotesAndLineEnds() throws DemoException {
        Order order = parse(HEADER + GOOD + GOOD.replace("M6", "M6\nlong")).get(0);

        assertThat(order.city()).isEqualTo("Washington, D.C.");
        assertThat(order.lines())
                .extracting(line -> line.description())
                .containsExactly("Bolt \"M6\"", "Bolt \"M6\nlong\"");
        assertThat(order.total()).isEqualByComparingTo("6.00");
    }

    @Test
    void byteOrderMarkAndEmptyLinesAreTaken() throws DemoException {
        assertThat(parse("\uFEFF" + HEADER + "\n" + GOOD + "\r\n")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    A-1,x,y,2026-03-02T08:00:00Z,S,d,0,1  | column 7 (quantity): expected a whole number from 1 to 1000000, found "0"
                    A-1,x,y,2026-03-02T08:00:00Z,S,d,2x,1 | column 7 (quantity)
                    A-1,x,y,2026-03-02T08:00:00Z,S,d,1,-1 | column 8 (unit_price): expected a price such as 12.50
                    A-1,x,y,2026-03-02T08:00:00,S,d,1,1   | column 4 (placed_at): expected an ISO 8601 time with zone
                    A-1,x,y,2026-02-30T08:00:00Z,S,d,1,1  | column 4 (placed_at)
                    Ä-1,x,y,2026-03-02T08:00:00Z,S,d,1,1  | column 1 (order_id)
                    A-1,,y,2026-03-02T08:00:00Z,S,d,1,1   | column 2 (customer): expected 1 to 200 characters
                    A-1,x,y,2026-03-02T08:00:00Z,S S,d,1,1 | column 5 (sku)
                    A-1,x,y                               | expected 8 columns, found 3
                    """)
    void aBadRowIsNamedByFileLineAndColumn(String row, String expected) {
        // The good row has a line end inside quotes: the bad one stands in line 4.
        String good = GOOD.replace("M6", "M\n6").replace("A-1", "A-0");

        assertThatThrownBy(() -> parse(HEADER + good + row + "\n"))
                .isInstanceOf(DemoException.class)
                .hasMessageContaining("nothing was imported")
                .hasMessageContaining("my.csv, line 4, ")
                .hasMessageContaining(expected);
    }

    @Test
    void rowsOfOneOrderStandTogetherAndAgree() {
        String other = GOOD.replace("A-1", "A-2");

        assertThatThrownBy(() -> parse(HEADER + GOOD + other + GOOD))
                .hasMessageContaining("line 4, column 1 (order_id): expected the rows of an order together")
                .hasMessageContaining("began in line 2");
        assertThatThrownBy(() -> parse(HEADER + GOOD + GOOD.replace("李伟", "王芳")))
                .hasMessageContaining("line 3, expected the same customer, city and placed_at as in line 2");
    }

    @Test
    void wrongHeaderEmptyFileBrokenQuotesAndWrongEncodingAreTold() {
        assertThatThrownBy(() -> parse("id,name\n")).hasMessageContaining("line 1, expected the header order_id,");
        assertThatThrownBy(() -> parse("")).hasMessageContaining("expected a header, found nothing");
        assertThatThrownBy(() -> parse(HEADER)).hasMessageContaining("at least one order");
        assertThatThrownBy(() -> parse(HEADER + GOOD + "A-2,\"x\"y,z\n"))
                .hasMessageContaining("my.csv, line 3, expected fields quoted as in RFC 4180, found broken quotes");
        assertThatThrownBy(() -> parse(HEADER + GOOD.replace("M6", "M\n6") + "A-2,\"x,z\n" + GOOD))
                .as("named by the line of the row, not by the end of the file")
                .hasMessageContaining("my.csv, line 4, expected fields quoted as in RFC 4180, found broken quotes")
                .hasMessageNotContaining("CSVException");
        assertThatThrownBy(() -> OrderFile.parse("my.csv", (HEADER + GOOD + "Müller").getBytes(ISO_8859_1)))
                .hasMessageContaining("my.csv, line 3: expected UTF-8, found byte 0xFC");
    }

    @Test
    void manyProblemsAreCountedAndSomeAreShown() {
        String bad = "A-1,x,y,never,S,d,1,1\n";

        assertThatThrownBy(() -> parse(HEADER + bad.repeat(100)))
                .hasMessageContaining("100 problems")
                .hasMessageContaining("and 80 more");
    }

    @Test
    void missingFileIsTold(@TempDir Path directory) {
        assertThatThrownBy(() -> OrderFile.read(directory.resolve("none.csv")))
                .hasMessageContaining("there is no file")
                .hasMessageContaining("--orders");
    }

    private static List<Order> parse(String text) throws DemoException {
        return OrderFile.parse("my.csv", text.getBytes(UTF_8));
    }
}
