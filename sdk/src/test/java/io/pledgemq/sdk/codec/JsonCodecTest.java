package io.pledgemq.sdk.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each row of docs/payloads.md: the value arrives as it was sent, or is refused with the reason. */
@SuppressWarnings("JavaUtilDate") // It is a type that users send.
final class JsonCodecTest {
    private static final JsonCodec CODEC = new JsonCodec();

    /** Holds a value of each type as a component, as payloads do. */
    record Holder<T>(T value) {}

    /** A record with all primitives. */
    record Primitives(boolean flag, byte tiny, short small, char sign, int number, long large, float f, double d) {}

    /** Names some. */
    enum Colour {
        RED,
        GREEN
    }

    /** A sealed type with Jackson's annotations. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    @JsonSubTypes({@JsonSubTypes.Type(Circle.class), @JsonSubTypes.Type(Square.class)})
    sealed interface Shape {}

    record Drawing(Shape shape, List<Shape> others) {}

    record Circle(int radius) implements Shape {}

    record Square(int side) implements Shape {}

    /** A sealed type without them. */
    sealed interface Animal {}

    record Cat(String name) implements Animal {}

    /** As older and newer senders have it. */
    record OrderV1(String id) {}

    record OrderV2(String id, int priority, @Nullable String note, boolean express) {}

    record Boxed(@Nullable Integer priority) {}

    @SuppressWarnings("ArrayRecordComponent")
    record ManyBytes(byte[] bytes) {
        @Override
        public boolean equals(Object other) {
            return other instanceof ManyBytes that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    /** One row: what the document calls the type, the type and a value that is easily changed. */
    record Row(String type, PayloadType<?> payloadType, Object value) {
        @Override
        public String toString() {
            return type + " " + value;
        }
    }

    private static final ZonedDateTime AUTUMN_AGAIN = ZonedDateTime.ofLocal(
            LocalDateTime.parse("2026-10-25T02:30:00"), ZoneId.of("Europe/Berlin"), ZoneOffset.ofHours(1));

    static List<Row> arrive() {
        List<Row> rows = new ArrayList<>(List.of(
                row("record", new PayloadType<OrderV1>() {}, new OrderV1("o1")),
                row(
                        "primitives",
                        new PayloadType<Primitives>() {},
                        new Primitives(
                                true,
                                Byte.MIN_VALUE,
                                Short.MIN_VALUE,
                                '坏',
                                Integer.MIN_VALUE,
                                Long.MIN_VALUE,
                                0.1f,
                                Double.MIN_VALUE)),
                row(
                        "primitives",
                        new PayloadType<Primitives>() {},
                        new Primitives(false, (byte) 127, (short) 0, '\0', 0, 0, Float.NaN, Double.NEGATIVE_INFINITY)),
                row("`BigDecimal`", new PayloadType<Holder<BigDecimal>>() {}, new Holder<>(new BigDecimal("1.10"))),
                row("`BigDecimal`", new PayloadType<Holder<BigDecimal>>() {}, new Holder<>(new BigDecimal("1E+3"))),
                row(
                        "`BigInteger`",
                        new PayloadType<Holder<BigInteger>>() {},
                        new Holder<>(BigInteger.TEN.pow(80).negate())),
                row("`String`", new PayloadType<Holder<String>>() {}, new Holder<>("\0 \" \\ 坏 😀 \u2028 \ud83d")),
                row("`enum`", new PayloadType<Holder<Colour>>() {}, new Holder<>(Colour.GREEN)),
                row("`UUID`", new PayloadType<Holder<UUID>>() {}, new Holder<>(new UUID(-1, 1))),
                row("`byte[]`", new PayloadType<ManyBytes>() {}, new ManyBytes(new byte[] {0, -1, 127})),
                row("`Optional`", new PayloadType<Holder<Optional<String>>>() {}, new Holder<>(Optional.of("x"))),
                row("`Optional`", new PayloadType<Holder<Optional<String>>>() {}, new Holder<>(Optional.empty())),
                row("`Optional`", new PayloadType<Holder<OptionalInt>>() {}, new Holder<>(OptionalInt.of(0))),
                row("`List`, `Set`, `Map`", new PayloadType<List<OrderV1>>() {}, List.of(new OrderV1("a"))),
                row(
                        "`List`, `Set`, `Map`",
                        new PayloadType<Map<LocalDate, Set<Colour>>>() {},
                        Map.of(LocalDate.EPOCH, Set.of(Colour.RED))),
                row(
                        "sealed type",
                        new PayloadType<Drawing>() {},
                        new Drawing(new Square(2), List.of(new Circle(1), new Square(3)))),
                row("sealed type", new PayloadType<Shape>() {}, new Circle(1)),
                row(
                        "`Object`, `Map<String, Object>`",
                        new PayloadType<Map<String, Object>>() {},
                        Map.of(
                                "d",
                                new BigDecimal("0.1234567890123456789"),
                                "s",
                                new BigDecimal("1.10"),
                                "l",
                                Long.MAX_VALUE,
                                "b",
                                BigInteger.TWO.pow(70),
                                "i",
                                7)),
                row(
                        "`JsonNode`",
                        new PayloadType<JsonNode>() {},
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("d", new BigDecimal("1.10"))
                                .put("l", Long.MAX_VALUE))));
        rows.addAll(times());
        return rows;
    }

    private static List<Row> times() {
        ZoneId shanghai = ZoneId.of("Asia/Shanghai");
        OffsetDateTime early = OffsetDateTime.parse("2026-03-01T00:30+08:00");
        return List.of(
                row(
                        "`Instant`",
                        new PayloadType<Holder<Instant>>() {},
                        new Holder<>(Instant.ofEpochSecond(1, 123_456_789))),
                row("`OffsetDateTime`", new PayloadType<Holder<OffsetDateTime>>() {}, new Holder<>(early)),
                row(
                        "`OffsetDateTime`",
                        new PayloadType<Holder<OffsetDateTime>>() {},
                        new Holder<>(OffsetDateTime.parse("2026-03-01T00:30Z"))),
                row(
                        "`ZonedDateTime`",
                        new PayloadType<Holder<ZonedDateTime>>() {},
                        new Holder<>(early.atZoneSameInstant(shanghai))),
                row("`ZonedDateTime`", new PayloadType<Holder<ZonedDateTime>>() {}, new Holder<>(AUTUMN_AGAIN)),
                row(
                        "`ZonedDateTime`",
                        new PayloadType<Holder<ZonedDateTime>>() {},
                        new Holder<>(early.atZoneSameInstant(ZoneId.of("UTC")))),
                row(
                        "`ZonedDateTime`",
                        new PayloadType<Map<ZonedDateTime, Integer>>() {},
                        Map.of(early.atZoneSameInstant(shanghai), 1)),
                row(
                        "`LocalDate`, `LocalTime`, `LocalDateTime`",
                        new PayloadType<Holder<LocalDateTime>>() {},
                        new Holder<>(LocalDateTime.parse("2026-03-01T00:30:00.000000001"))),
                row(
                        "`LocalDate`, `LocalTime`, `LocalDateTime`",
                        new PayloadType<Holder<LocalDate>>() {},
                        new Holder<>(LocalDate.parse("2026-02-28"))),
                row(
                        "`LocalDate`, `LocalTime`, `LocalDateTime`",
                        new PayloadType<Holder<LocalTime>>() {},
                        new Holder<>(LocalTime.parse("23:59:59.999999999"))),
                row(
                        "`OffsetTime`",
                        new PayloadType<Holder<OffsetTime>>() {},
                        new Holder<>(OffsetTime.parse("01:30+05:30"))),
                row(
                        "`Duration`, `Period`",
                        new PayloadType<Holder<Duration>>() {},
                        new Holder<>(Duration.ofSeconds(-1, 500_000_001))),
                row("`Duration`, `Period`", new PayloadType<Holder<Period>>() {}, new Holder<>(Period.of(1, 14, -3))),
                row("`Year`, `YearMonth`, `MonthDay`", new PayloadType<Holder<Year>>() {}, new Holder<>(Year.of(2026))),
                row(
                        "`Year`, `YearMonth`, `MonthDay`",
                        new PayloadType<Holder<YearMonth>>() {},
                        new Holder<>(YearMonth.of(2026, 2))),
                row(
                        "`Year`, `YearMonth`, `MonthDay`",
                        new PayloadType<Holder<MonthDay>>() {},
                        new Holder<>(MonthDay.of(2, 29))),
                row("`ZoneId`, `ZoneOffset`", new PayloadType<Holder<ZoneId>>() {}, new Holder<>(shanghai)),
                row(
                        "`ZoneId`, `ZoneOffset`",
                        new PayloadType<Holder<ZoneOffset>>() {},
                        new Holder<>(ZoneOffset.ofHoursMinutes(5, 30))),
                row("`enum`", new PayloadType<Holder<DayOfWeek>>() {}, new Holder<>(DayOfWeek.SUNDAY)),
                row(
                        "`java.util.Date`",
                        new PayloadType<Holder<Date>>() {},
                        new Holder<>(new Date(1_772_296_200_123L))));
    }

    private static <T> Row row(String type, PayloadType<T> payloadType, T value) {
        return new Row(type, payloadType, value);
    }

    @ParameterizedTest
    @MethodSource("arrive")
    void arrivesAsItWasSentInEveryZoneAndLocale(Row row) throws Exception {
        Locale localeBefore = Locale.getDefault();
        try {
            TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
            Locale.setDefault(Locale.forLanguageTag("ar-EG"));
            byte[] body = new JsonCodec().encode(row.value);
            TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
            assertThat((Object) new JsonCodec().decode(body, row.payloadType))
                    .as(new String(body, StandardCharsets.UTF_8))
                    .isEqualTo(row.value);
        } finally {
            TimeZone.setDefault(null);
            Locale.setDefault(localeBefore);
        }
    }

    /** One row of what a receiver refuses: JSON that its type cannot hold. */
    record Refusal(String type, PayloadType<?> payloadType, String json, String reason) {
        @Override
        public String toString() {
            return type + " " + json;
        }
    }

    static List<Refusal> refused() {
        PayloadType<Primitives> primitives = new PayloadType<>() {};
        return List.of(
                new Refusal("2.9 for an `int`", primitives, "{\"number\":2.9}", "Floating-point"),
                new Refusal("a number that does not fit", primitives, "{\"number\":3000000000}", "out of range"),
                new Refusal("a number that does not fit", primitives, "{\"tiny\":200}", "-128 to 127"),
                new Refusal("a number that does not fit", primitives, "{\"f\":1e300}", "float"),
                new Refusal("`null` for a primitive", primitives, "{\"number\":null}", "null"),
                new Refusal("`null` for a primitive", primitives, "{\"tiny\":null}", "null"),
                new Refusal("`null` for a primitive", primitives, "{\"f\":null}", "null"),
                new Refusal("`null` for a primitive", primitives, "{\"flag\":null}", "null"),
                new Refusal("`null` for a primitive", new PayloadType<int[]>() {}, "[1, null]", "null"),
                new Refusal("a text for a number", primitives, "{\"number\":\"7\"}", "String"),
                new Refusal("a number for a text", new PayloadType<OrderV1>() {}, "{\"id\":1.10}", "String"),
                new Refusal("a number for a text", new PayloadType<OrderV1>() {}, "{\"id\":true}", "String"),
                new Refusal(
                        "an unknown `enum` constant",
                        new PayloadType<Holder<Colour>>() {},
                        "{\"value\":\"BLUE\"}",
                        "BLUE"),
                new Refusal(
                        "an unknown `enum` constant", new PayloadType<Holder<Colour>>() {}, "{\"value\":1}", "number"),
                new Refusal(
                        "a time for a `LocalDate`",
                        new PayloadType<Holder<LocalDate>>() {},
                        "{\"value\":\"2026-03-01T00:30:00+08:00\"}",
                        "LocalDate"),
                new Refusal(
                        "a time for a `LocalDate`",
                        new PayloadType<Holder<LocalDate>>() {},
                        "{\"value\":\"2026-03-01T00:30:00\"}",
                        "LocalDate"),
                new Refusal(
                        "an offset for a `LocalDateTime`",
                        new PayloadType<Holder<LocalDateTime>>() {},
                        "{\"value\":\"2026-03-01T00:30:00Z\"}",
                        "LocalDateTime"),
                new Refusal(
                        "a day that does not exist",
                        new PayloadType<Holder<LocalDate>>() {},
                        "{\"value\":\"2026-02-30\"}",
                        "2026-02-30"),
                new Refusal("`null` for the whole", new PayloadType<OrderV1>() {}, "null", "null"),
                new Refusal("text behind the value", new PayloadType<OrderV1>() {}, "{\"id\":\"a\"} {}", "Trailing"),
                new Refusal(
                        "a sealed or abstract type without annotations",
                        new PayloadType<Animal>() {},
                        "{\"name\":\"Tom\"}",
                        "abstract"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatTheReceiversTypeCannotHoldIsRefusedWithTheReason(Refusal row) {
        assertThatThrownBy(() -> CODEC.decode(row.json.getBytes(StandardCharsets.UTF_8), row.payloadType))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(row.reason);
    }

    /** One row of what is refused at the send. */
    record Unsendable(String type, Object value, String reason) {
        @Override
        public String toString() {
            return type;
        }
    }

    static List<Unsendable> unsendable() {
        return List.of(
                new Unsendable(
                        "`Calendar`",
                        new Holder<>(new GregorianCalendar(TimeZone.getTimeZone("UTC"), Locale.ROOT)),
                        "ZonedDateTime"),
                new Unsendable("`java.sql.Timestamp`", new Holder<>(new java.sql.Timestamp(1)), "Instant"),
                new Unsendable("`java.sql.Date`, `java.sql.Time`", new Holder<>(new java.sql.Date(1)), "LocalDate"),
                new Unsendable("`java.sql.Date`, `java.sql.Time`", new Holder<>(new java.sql.Time(1)), "LocalTime"),
                new Unsendable("`NaN` or an infinity in a `Map<String, Object>`", Map.of("x", Double.NaN), "text"),
                new Unsendable(
                        "`NaN` or an infinity in a `Map<String, Object>`",
                        new Holder<Object>(List.of(Float.POSITIVE_INFINITY)),
                        "text"));
    }

    @ParameterizedTest
    @MethodSource("unsendable")
    void whatWouldChangeOnTheWayIsRefusedAtTheSend(Unsendable row) {
        assertThatThrownBy(() -> CODEC.encode(row.value))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(row.reason);
    }

    @Test
    void eitherSideMayBeUpgradedFirst() throws Exception {
        OrderV2 fromOld = CODEC.decode(CODEC.encode(new OrderV1("o1")), OrderV2.class);
        assertThat(fromOld).isEqualTo(new OrderV2("o1", 0, null, false));
        OrderV1 fromNew = CODEC.decode(CODEC.encode(new OrderV2("o1", 7, "n", true)), OrderV1.class);
        assertThat(fromNew).isEqualTo(new OrderV1("o1"));
        byte[] empty = "{}".getBytes(StandardCharsets.UTF_8);
        assertThat(CODEC.decode(empty, Boxed.class)).isEqualTo(new Boxed(null));
        assertThat(CODEC.decode(empty, Primitives.class))
                .isEqualTo(new Primitives(false, (byte) 0, (short) 0, '\0', 0, 0, 0, 0));
    }

    @Test
    void numbersWithoutATypeAreTheSmallestThatHoldsThem() throws Exception {
        byte[] body = CODEC.encode(Map.of("value", 5L));
        assertThat(CODEC.decode(body, new PayloadType<Map<String, Object>>() {}))
                .isEqualTo(Map.of("value", 5));
        byte[] fraction = CODEC.encode(Map.of("value", 0.1));
        assertThat(CODEC.decode(fraction, new PayloadType<Map<String, Object>>() {}))
                .isEqualTo(Map.of("value", new BigDecimal("0.1")));
    }

    @Test
    void codecThatReadsClassesOnlySaysSo() throws Exception {
        PayloadCodec plain = new PayloadCodec() {
            @Override
            public byte[] encode(Object payload) {
                return new byte[0];
            }

            @Override
            public <T> T decode(byte[] body, Class<T> type) {
                return type.cast("x");
            }
        };
        assertThat(plain.decode(new byte[0], PayloadType.of(String.class))).isEqualTo("x");
        assertThatThrownBy(() -> plain.decode(new byte[0], new PayloadType<List<String>>() {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("java.util.List<java.lang.String>")
                .hasMessageContaining("implement decode");
    }

    private static Path document() {
        Path beside = Path.of("docs", "payloads.md");
        return Files.exists(beside) ? beside : Path.of("..").resolve(beside);
    }

    @Test
    void everyRowOfTheDocumentIsTestedAndEveryTestedTypeIsThere() throws Exception {
        Set<String> documented = new TreeSet<>();
        for (String line : Files.readAllLines(document())) {
            if (line.startsWith("| ") && !line.startsWith("| type") && !line.startsWith("| what")) {
                documented.add(line.split("\\|", 3)[1].strip());
            }
        }
        Set<String> tested = new TreeSet<>();
        Stream.of(
                        arrive().stream().map(Row::type),
                        refused().stream().map(Refusal::type),
                        unsendable().stream().map(Unsendable::type))
                .forEach(types -> types.forEach(tested::add));
        assertThat(documented).isEqualTo(tested);
    }
}
