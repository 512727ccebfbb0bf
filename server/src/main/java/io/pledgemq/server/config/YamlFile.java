package io.pledgemq.server.config;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.pledgemq.server.config.YamlNode.Empty;
import io.pledgemq.server.config.YamlNode.Entry;
import io.pledgemq.server.config.YamlNode.Mapping;
import io.pledgemq.server.config.YamlNode.Scalar;
import io.pledgemq.server.config.YamlNode.Sequence;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads one YAML document with the position of everything in it. Knows nothing of keys. Aliases are refused: a value
 * that stands somewhere else has no position to show.
 */
final class YamlFile {

    private static final int MAX_BYTES = 1 << 20;
    private static final Pattern PLACE = Pattern.compile("(?m)^ in .*, line (\\d{1,9}), column (\\d{1,9}):?$");

    private final Path file;
    private final Problems problems;

    private YamlFile(Path file, Problems problems) {
        this.file = file;
        this.problems = problems;
    }

    /** Returns the document, empty if the file cannot be read, which is then among the problems. */
    static YamlNode read(Path file, Problems problems) {
        Origin.InFile whole = new Origin.InFile(file, 0, 0);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length <= MAX_BYTES) {
                String text = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
                return new YamlFile(file, problems).document(text);
            }
            problems.add(whole, "", "the file is larger than 1MiB, so it is no configuration");
        } catch (NoSuchFileException e) {
            problems.add(whole, "", "there is no such file");
        } catch (CharacterCodingException e) {
            problems.add(whole, "", "the file is not UTF-8");
        } catch (IOException e) {
            problems.add(whole, "", "the file cannot be read: " + e);
        }
        return new Empty(whole);
    }

    private YamlNode document(String text) throws IOException {
        try (YAMLParser parser = new YAMLFactory().createParser(text)) {
            JsonToken first = parser.nextToken();
            YamlNode root = first == null ? new Empty(new Origin.InFile(file, 1, 1)) : node(parser);
            if (parser.nextToken() != null) {
                problems.add(at(parser), "", "a second document begins here; expected one");
            }
            return root;
        } catch (JacksonException e) {
            problems.add(at(e), "", "not YAML: " + reason(e));
            return new Empty(new Origin.InFile(file, 0, 0));
        }
    }

    private YamlNode node(YAMLParser parser) throws IOException {
        Origin.InFile at = at(parser);
        if (parser.isCurrentAlias()) {
            problems.add(at, "", "aliases such as *name are not supported; write the value out");
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> mapping(parser, at);
            case START_ARRAY -> sequence(parser, at);
            case VALUE_NULL -> new Empty(at);
            default -> new Scalar(parser.getText(), at);
        };
    }

    private Mapping mapping(YAMLParser parser, Origin.InFile at) throws IOException {
        List<Entry> entries = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            Origin.InFile keyAt = at(parser);
            parser.nextToken();
            entries.add(new Entry(key, keyAt, node(parser)));
        }
        return new Mapping(entries, at);
    }

    private Sequence sequence(YAMLParser parser, Origin.InFile at) throws IOException {
        List<YamlNode> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.add(node(parser));
        }
        return new Sequence(elements, at);
    }

    private Origin.InFile at(JsonParser parser) {
        return at(parser.currentTokenLocation());
    }

    private Origin.InFile at(JsonLocation location) {
        return new Origin.InFile(file, Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
    }

    /** The place of the fault, which the message names last; the exception's location is where its token begins. */
    private Origin.InFile at(JacksonException e) {
        Origin.InFile place = at(e.getLocation());
        Matcher named = PLACE.matcher(e.getOriginalMessage());
        while (named.find()) {
            place = new Origin.InFile(file, Integer.parseInt(named.group(1)), Integer.parseInt(named.group(2)));
        }
        return place;
    }

    /** The parser's message repeats positions and the text around them on lines of their own. */
    private static String reason(JacksonException e) {
        return e.getOriginalMessage()
                .lines()
                .filter(line -> !line.startsWith(" "))
                .collect(Collectors.joining(", "));
    }
}
