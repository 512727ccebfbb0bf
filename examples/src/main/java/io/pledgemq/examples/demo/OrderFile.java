package io.pledgemq.examples.demo;

import io.pledgemq.examples.order.Order;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Reads orders from a CSV file (RFC 4180, UTF-8, one row for each order line, the rows of an order together). Either
 * every row is right, or nothing is returned and the message names file, line, column and what was expected there.
 * Reads the whole file into memory.
 */
final class OrderFile {

    private static final String SAMPLE = "/io/pledgemq/examples/orders.csv";
    private static final CSVFormat FORMAT =
            CSVFormat.RFC4180.builder().setIgnoreEmptyLines(false).get();

    private OrderFile() {}

    /** Reads a user's file. */
    static List<Order> read(Path file) throws DemoException {
        return parse(file.toString(), bytes(file));
    }

    /** Returns what a user's file holds. */
    static byte[] bytes(Path file) throws DemoException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new DemoException(
                    "Cannot read the orders.",
                    "there is no file " + file.toAbsolutePath() + ".",
                    "give the path of a CSV file with --orders; without it a new run takes the orders that ship. A run"
                            + " that is continued needs the file it began with: put it back.");
        } catch (IOException e) {
            throw new DemoException(
                    "Cannot read the orders from " + file + ".", e, "check the path and its permissions.");
        }
    }

    /** Reads the orders that ship with the example. */
    static List<Order> sample() throws DemoException {
        try (InputStream in = OrderFile.class.getResourceAsStream(SAMPLE)) {
            if (in == null) {
                throw new IOException("resource " + SAMPLE + " is not in the jar");
            }
            return parse("orders.csv", in.readAllBytes());
        } catch (IOException e) {
            throw new DemoException("Cannot read the orders that ship.", e, "build again: mvn -q -DskipTests package");
        }
    }

    static List<Order> parse(String name, byte[] bytes) throws DemoException {
        String text = decoded(name, bytes);
        OrderRows rows = new OrderRows(name, text);
        long linesRead = 0;
        try (CSVParser parser = CSVParser.parse(text, FORMAT)) {
            for (CSVRecord row : parser) {
                rows.add(row);
                linesRead = parser.getCurrentLineNumber();
            }
        } catch (UncheckedIOException e) {
            rows.brokenQuotes(linesRead + 1);
        } catch (IOException e) {
            throw new DemoException("Cannot read the orders from " + name + ".", e, "check the file.");
        }
        return rows.finish();
    }

    private static String decoded(String name, byte[] bytes) throws DemoException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .decode(in, out, true);
        out.flip();
        if (result.isError()) {
            long line = 1 + out.chars().filter(c -> c == '\n').count();
            throw new DemoException(
                    "Cannot read the orders: nothing was imported.",
                    String.format(
                            Locale.ROOT,
                            "%s, line %d: expected UTF-8, found byte 0x%02X.",
                            name,
                            line,
                            bytes[in.position()] & 0xFF),
                    "save the file as UTF-8.");
        }
        return !out.isEmpty() && out.charAt(0) == '\uFEFF'
                ? out.subSequence(1, out.length()).toString()
                : out.toString();
    }
}
