package io.pledgemq.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.examples.demo.OrderJob.Parked;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ParkedListTest {

    private static final Path DATA = Path.of("run", "data");

    @Test
    void nobodyWaitsAndNothingIsSaid() {
        assertThat(printed(List.of())).isEmpty();
    }

    @Test
    void aLongListIsCutAndNamesTheCommandThatShowsItAll() {
        List<String> lines = printed(IntStream.rangeClosed(1, 1234)
                .mapToObj(i -> new Parked(String.format(Locale.ROOT, "ORD-%04d", i), "m-" + i, "no shelf", false))
                .toList());

        assertThat(lines)
                .contains("1,234 dead letters wait for a person:", "  ORD-0001  no shelf", "  ORD-0020  no shelf");
        assertThat(lines).doesNotContain("  ORD-0021  no shelf");
        assertThat(lines).contains("and 1,214 more: ./pledgemq dead list --data " + DATA);
        assertThat(lines)
                .contains(
                        "  ./pledgemq dead retry m-1 --data " + DATA,
                        "  ./pledgemq dead skip m-1 --data " + DATA,
                        "  ./pledgemq dead compensate m-1 --data " + DATA);
    }

    @Test
    void anUndoThatFailedIsTriedAgainOrLeftAndNotUndone() {
        Parked undo = new Parked("ORD-1", "u-1", "it was shipped", true);
        assertThat(printed(List.of(undo)))
                .contains("  ./pledgemq dead retry u-1 --data " + DATA, "  ./pledgemq dead skip u-1 --data " + DATA)
                .anyMatch(line -> line.contains("try again to undo ORD-1"))
                .noneMatch(line -> line.contains("compensate"));
        assertThat(printed(List.of(undo, new Parked("ORD-2", "m-2", "no shelf", false))))
                .contains("  ./pledgemq dead compensate m-2 --data " + DATA)
                .contains("  ./pledgemq dead skip u-1 --data " + DATA);
    }

    @Test
    void aReasonOfManyWordsOrLinesKeepsItsRowWithin80Columns() {
        List<String> lines = printed(List.of(
                new Parked("ORD-1", "m-1", "no shelf ".repeat(30), false),
                new Parked("ORD-2", "m-2", "a.b.Stock$GoneException: no shelf\nat java.lang.Object", false)));

        assertThat(lines).filteredOn(line -> line.contains("no shelf")).allMatch(line -> line.length() <= 80);
        assertThat(lines).contains("  ORD-2  no shelf ...");
    }

    private static List<String> printed(List<Parked> parked) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new ParkedList(parked, DATA).print(new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
