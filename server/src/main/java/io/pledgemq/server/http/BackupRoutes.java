package io.pledgemq.server.http;

import io.pledgemq.engine.backup.BackupManifest;
import io.pledgemq.server.backup.Backups;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Backups of the running server. */
final class BackupRoutes {
    private final Backups backups;

    BackupRoutes(Backups backups) {
        this.backups = backups;
    }

    /**
     * A backup.
     *
     * @param state running, done or failed
     * @param to directory on the server's machine
     * @param copiedBytes so far
     * @param files in it, once it is done
     * @param bytes in it, once it is done
     * @param position everything before this position of the log is in it
     * @param problem why it failed
     */
    record BackupAnswer(
            String state,
            String to,
            String startedAt,
            long copiedBytes,
            int files,
            long bytes,
            @Nullable String position,
            @Nullable String problem) {

        static BackupAnswer of(Backups.Run run) {
            Optional<BackupManifest> manifest = run.manifest();
            return new BackupAnswer(
                    run.state().name().toLowerCase(Locale.ROOT),
                    run.target().toString(),
                    run.startedAt().toString(),
                    run.copiedBytes(),
                    manifest.map(whole -> whole.files().size()).orElse(0),
                    manifest.map(BackupManifest::bytes).orElse(0L),
                    manifest.map(whole -> Long.toHexString(whole.position())).orElse(null),
                    run.problem().orElse(null));
        }
    }

    Stream<Route> routes() {
        return Stream.of(
                Route.post("/backup", "backup.start")
                        .does("Begins a backup with the server's keys and users; its progress is at GET /backup.")
                        .with(
                                Field.body(
                                                "to",
                                                Field.Kind.TEXT,
                                                "Directory on the server's machine that is empty or does not exist.")
                                        .needed(),
                                Field.reason(Field.Place.BODY))
                        .answers(BackupAnswer.class, this::start),
                Route.get("/backup", "backup.status")
                        .does("Tells how far the newest backup since the start is.")
                        .answers(BackupAnswer.class, this::status));
    }

    private BackupAnswer start(Call call) throws AdminProblem {
        Path target;
        try {
            target = Path.of(call.text("to"));
        } catch (InvalidPathException e) {
            throw AdminProblem.illegal("`to` is no path.", "give the path of a new directory.");
        }
        Optional<String> refused = backups.refuses(target);
        if (refused.isPresent()) {
            throw AdminProblem.illegal("no backup may be made there: " + refused.get() + ".", "see docs/operating.md.");
        }
        return BackupAnswer.of(backups.start(target)
                .orElseThrow(() -> new AdminProblem(
                        AdminProblem.CONFLICT,
                        new AdminProblem.Told(
                                "BACKUP_RUNNING",
                                "Nothing was done.",
                                "another backup is being made.",
                                "wait for its end: GET /admin/v1/backup."))));
    }

    private BackupAnswer status(Call call) throws AdminProblem {
        return BackupAnswer.of(backups.newest()
                .orElseThrow(() -> AdminProblem.notFound(
                        "NO_BACKUP", "none was made since the server started.", "begin one: POST /admin/v1/backup.")));
    }
}
