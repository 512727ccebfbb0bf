package io.pledgemq.server.backup;

import io.pledgemq.server.config.ServerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The files beside the log that a server needs: the key of its receipts and transaction handles, its users, the
 * administrator's credential, its certificate. All of them are secret.
 */
public final class ServerFiles {
    private static final List<String> IN_DATA_DIRECTORY =
            List.of("capability.key", "users.yaml", "admin.credential", "tls.pem");

    private ServerFiles() {}

    /** Those of a data directory that are there. */
    public static List<Path> in(Path data) {
        return IN_DATA_DIRECTORY.stream()
                .map(data::resolve)
                .filter(Files::isRegularFile)
                .toList();
    }

    /** With those that the configuration has elsewhere. Of two with one name the configured one counts. */
    public static List<Path> of(ServerConfig config) {
        List<Path> files = new ArrayList<>(in(config.data()));
        config.access().usersFile().ifPresent(files::add);
        config.tls().certificateFile().ifPresent(files::add);
        config.tls().keyFile().ifPresent(files::add);
        Map<String, Path> byName = new LinkedHashMap<>();
        files.stream()
                .filter(Files::isRegularFile)
                .forEach(file -> byName.put(String.valueOf(file.getFileName()), file));
        return List.copyOf(byName.values());
    }
}
