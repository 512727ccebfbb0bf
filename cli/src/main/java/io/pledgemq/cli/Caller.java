package io.pledgemq.cli;

import io.pledgemq.server.access.AdminCredential;
import io.pledgemq.server.access.CallProof;
import io.pledgemq.server.files.UnusableFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;

/** The caller's credentials, and what proves the server on this machine to the caller. */
final class Caller {
    private final String user;
    private final String basic;
    private final byte[] key;
    private final byte @Nullable [] serverKey;
    private final @Nullable Path data;

    private Caller(String user, String basic, byte[] key, byte @Nullable [] serverKey, @Nullable Path data) {
        this.user = user;
        this.basic = basic;
        this.key = key;
        this.serverKey = serverKey;
        this.data = data;
    }

    String user() {
        return user;
    }

    /** Header that has the secret in it; goes through TLS only. */
    String basic() {
        return basic;
    }

    /** Of the user's secret, see {@link CallProof}. */
    byte[] key() {
        return key;
    }

    /** Of admin.credential in the data directory whose server is meant; null if that is not known. */
    byte @Nullable [] serverKey() {
        return serverKey;
    }

    /** That directory, for messages. */
    @Nullable
    Path data() {
        return data;
    }

    /** @param secretFile null where the user chose none, as {@code user} is */
    static Caller of(CommandTarget target, @Nullable String user, @Nullable Path secretFile, boolean local)
            throws CommandFailure {
        String name = user == null ? target.variable("PLEDGEMQ_USER") : user;
        String configuredFile = target.variable("PLEDGEMQ_SECRET_FILE");
        Path file = secretFile == null && !configuredFile.isEmpty() ? Path.of(configuredFile) : secretFile;
        if (!name.isEmpty() && file != null) {
            return withSecret(target, name, file);
        }
        if (!name.isEmpty() || file != null) {
            throw noCredential("one of user and secret is given without the other");
        }
        if (!local) {
            throw noCredential("a server on another machine needs one, and admin.credential never leaves this one");
        }
        Path data = target.data();
        Path credential = data.resolve(AdminCredential.FILE_NAME);
        if (!Files.exists(credential)) {
            throw noCredential("there is no " + credential);
        }
        AdminCredential admin = read(credential);
        byte[] key = admin.callKey();
        return new Caller(AdminCredential.USER, admin.authorizationHeader(), key, key, data);
    }

    private static Caller withSecret(CommandTarget target, String user, Path file) throws CommandFailure {
        String secret;
        try {
            secret = Files.readString(file).strip();
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.SOFTWARE,
                    "Cannot read the secret.",
                    CommandFailure.why(e),
                    "give a file with --secret-file that holds nothing else.");
        }
        byte[] both = (user + ":" + secret).getBytes(StandardCharsets.UTF_8);
        String basic = "Basic " + Base64.getEncoder().encodeToString(both);
        boolean directoryMeant = target.optionNamesData()
                && target.file(AdminCredential.FILE_NAME).isPresent();
        Path data = directoryMeant ? target.data() : null;
        byte[] serverKey = data == null
                ? null
                : read(data.resolve(AdminCredential.FILE_NAME)).callKey();
        return new Caller(user, basic, CallProof.key(secret), serverKey, data);
    }

    private static AdminCredential read(Path file) throws CommandFailure {
        try {
            return AdminCredential.read(file);
        } catch (UnusableFileException e) {
            throw new CommandFailure(ExitCode.SOFTWARE, String.valueOf(e.getMessage()));
        }
    }

    private static CommandFailure noCredential(String why) {
        return new CommandFailure(
                ExitCode.USAGE,
                "There is no credential to call the server with.",
                why + ".",
                "give the server's data directory with --data or " + CommandTarget.DATA_VARIABLE
                        + ", or --user NAME and --secret-file FILE.");
    }

    @Override
    public String toString() {
        return "Caller[" + user + "]";
    }
}
