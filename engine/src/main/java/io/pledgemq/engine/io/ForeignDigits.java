package io.pledgemq.engine.io;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Renames files whose numbers are in other digits than 0 to 9. Early versions named files in the digits of the host's
 * locale: where that was Arabic or Persian, {@code segment-0000000001.log} was written as
 * {@code segment-٠٠٠٠٠٠٠٠٠١.log}, which no later start found.
 */
public final class ForeignDigits {
    private ForeignDigits() {}

    /**
     * Renames the files that would have one of the names if their digits were 0 to 9. The new names are durable when it
     * returns; it may be interrupted anywhere and repeated. No other process may use the directory meanwhile.
     *
     * @param names the right names, with 0 to 9
     * @throws DataDirectoryUnusableException if a file has the right name already
     */
    public static void rename(Path directory, Pattern names) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(directory)) {
            files = all.toList();
        }
        boolean renamed = false;
        for (Path file : files) {
            String name = name(file);
            String right = withUsualDigits(name);
            if (!right.equals(name) && names.matcher(right).matches()) {
                move(file, directory.resolve(right));
                renamed = true;
            }
        }
        if (renamed) {
            FileStorage.forceNames(directory);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        if (Files.exists(to)) {
            throw new DataDirectoryUnusableException(
                    from + " and " + to + " have the same number in different digits; move the wrong one away");
        }
        Files.move(from, to);
    }

    /** The name as UTF-8, also where this process reads names as ASCII and would see question marks. */
    private static String name(Path file) {
        String uri = file.toUri().getRawPath();
        String last = uri.substring(uri.lastIndexOf('/', uri.length() - 2) + 1);
        return URLDecoder.decode(last.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static String withUsualDigits(String name) {
        StringBuilder right = new StringBuilder(name.length());
        name.codePoints().forEach(c -> {
            int digit = Character.isDigit(c) ? Character.digit(c, 10) : -1;
            right.appendCodePoint(digit < 0 ? c : '0' + digit);
        });
        return right.toString();
    }
}
