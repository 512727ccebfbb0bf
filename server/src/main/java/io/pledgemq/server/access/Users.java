package io.pledgemq.server.access;

import io.pledgemq.server.files.PrivateFile;
import io.pledgemq.server.files.UnusableFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The users in force. A reload replaces them all at once, or none of them. Safe for all threads. */
final class Users {

    private final Path credentialFile;
    private final Path usersFile;
    private final SecureRandom random;
    private final Object reloading = new Object();

    private boolean fileExpected;
    private List<Object> seen = List.of();
    private volatile Map<String, User> byName = Map.of();

    private Users(Path dataDirectory, Optional<Path> configured, SecureRandom random) {
        this.credentialFile = dataDirectory.resolve(AdminCredential.FILE_NAME);
        this.usersFile = configured.orElse(dataDirectory.resolve(UsersFile.FILE_NAME));
        this.fileExpected = configured.isPresent();
        this.random = random;
    }

    /** Reads the files, and makes the administrator's credential if there is none. */
    static Users open(Path dataDirectory, Optional<Path> configured, SecureRandom random) throws UnusableFileException {
        Users users = new Users(dataDirectory, configured, random);
        // Made before the files are looked at, so that making it is no change of them.
        var unused = AdminCredential.readOrCreate(users.credentialFile, random);
        users.seen = users.marks();
        users.reload();
        return users;
    }

    /** Reads the files again if one of them is another than before. Tries a wrong file once, not at each look. */
    boolean reloadIfChanged() throws UnusableFileException {
        synchronized (reloading) {
            List<Object> marks = marks();
            if (marks.equals(seen)) {
                return false;
            }
            try {
                reload();
            } catch (UnusableFileException e) {
                seen = marks;
                throw e;
            }
            seen = marks;
            return true;
        }
    }

    /** What differs when a file is written, replaced, or given another mode. */
    private List<Object> marks() {
        List<Object> marks = new ArrayList<>();
        for (Path file : List.of(usersFile, credentialFile)) {
            try {
                PosixFileAttributes found = Files.readAttributes(file, PosixFileAttributes.class);
                marks.add(List.of(
                        found.lastModifiedTime(), found.size(), String.valueOf(found.fileKey()), found.permissions()));
            } catch (IOException e) {
                marks.add("cannot be read");
            }
        }
        return marks;
    }

    /** Reads the files again. If one of them is wrong, throws, and the users stay as they are. */
    void reload() throws UnusableFileException {
        synchronized (reloading) {
            Map<String, User> read = new TreeMap<>();
            // A file that was there and is gone is a mistake or an editor half way through saving, not "no users".
            if (fileExpected || PrivateFile.exists(usersFile)) {
                read.putAll(UsersFile.read(usersFile));
            }
            AdminCredential credential = AdminCredential.readOrCreate(credentialFile, random);
            read.put(
                    AdminCredential.USER,
                    new User(AdminCredential.USER, credential.secret(), Role.ADMIN, false, List.of()));
            fileExpected |= read.size() > 1;
            byName = Map.copyOf(read);
        }
    }

    @Nullable
    User find(String name) {
        return byName.get(name);
    }
}
