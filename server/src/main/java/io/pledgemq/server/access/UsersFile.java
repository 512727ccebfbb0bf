package io.pledgemq.server.access;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.pledgemq.server.files.PrivateFile;
import io.pledgemq.server.files.UnusableFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The users' file, {@code users.yaml} with mode 0600:
 *
 * <pre>{@code
 * users:
 *   - name: orders                # access key of clients, user name of the administration
 *     secret: "at least 8 characters"
 *     strict-time: false          # true: signatures of the last 5 minutes only (clients that send UTC)
 *     role: viewer                # viewer, operator or admin; none if left out
 *     grants:
 *       - allow: [publish, consume]   # publish, consume, admin-read, view-body, admin-write
 *         topics: ["orders-*"]
 *         groups: ["orders-*"]
 * }</pre>
 *
 * Secrets stand there in the clear, because a server that checks RocketMQ's HMAC signatures must have the secret
 * itself; only the mode of the file protects them. Unknown and repeated keys, aliases, wrong kinds of values and names
 * used twice are refused. Messages name the place, and never a value, since any value may be a misplaced secret.
 */
final class UsersFile {

    /** Name of the file in the data directory, where it is looked for unless another path is configured. */
    static final String FILE_NAME = "users.yaml";

    static final int MAX_FILE_BYTES = 4 * 1024 * 1024;
    static final int MAX_USERS = 10_000;

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private UsersFile() {}

    /** Returns the users by name. */
    static Map<String, User> read(Path file) throws UnusableFileException {
        byte[] content = PrivateFile.read(file, MAX_FILE_BYTES);
        try {
            UserEntries entries = new UserEntries(tree(content));
            Map<String, User> users = new LinkedHashMap<>();
            for (User user : entries.users()) {
                users.put(user.name(), user);
            }
            return users;
        } catch (WrongEntryException e) {
            throw new UnusableFileException(
                    "Cannot use " + file + ".", e.getMessage(), "correct the file; nothing of it is in force.");
        }
    }

    private static JsonNode tree(byte[] content) throws WrongEntryException {
        try {
            refuseAliases(content);
            return YAML.readTree(content);
        } catch (IOException e) {
            // Neither the message nor the cause: both quote the file, and with it a secret.
            throw new WrongEntryException(
                    ParseLocation.of(e) + " is not YAML, or repeats a key, or begins a second document.");
        }
    }

    /** An alias ({@code *name}) would be taken for the text of its name. */
    private static void refuseAliases(byte[] content) throws IOException, WrongEntryException {
        try (JsonParser parser = YAML.createParser(content)) {
            while (parser.nextToken() != null) {
                if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
                    throw new WrongEntryException(
                            "line " + parser.currentTokenLocation().getLineNr()
                                    + " begins a value with *, which is an alias in YAML; quote patterns: \"*\".");
                }
            }
        }
    }
}
