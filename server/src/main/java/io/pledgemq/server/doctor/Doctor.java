package io.pledgemq.server.doctor;

import io.pledgemq.server.access.SecretFiles;
import io.pledgemq.server.config.ServerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs all checks, one after another. Changes nothing but its own file on the disk that it measures, which it deletes.
 */
public final class Doctor {
    private final ServerConfig config;
    private final Path data;

    public Doctor(ServerConfig config) {
        this.config = config;
        this.data = config.data().toAbsolutePath().normalize();
    }

    /** Takes some seconds, and as long as the disk takes for the whole log. */
    public List<Finding> examine() {
        List<Finding> findings = new ArrayList<>();
        findings.addAll(Machine.examine(config));
        findings.addAll(new DataDirectory(data).examine());
        if (Files.isReadable(data) && Files.isDirectory(data)) {
            findings.addAll(new EngineFiles(data).examine());
        }
        SecretFiles.examine(data, config.access().usersFile())
                .forEach(refused -> findings.add(Finding.fail("secrets", refused)));
        findings.add(new AuditDirectory(config.auditDirectory().toAbsolutePath().normalize()).examine());
        Path disk = onDisk(data);
        findings.addAll(new Disk(
                        disk,
                        config.store().diskReserve().bytes(),
                        config.store().segment().bytes())
                .examine());
        findings.add(new ForceSpeed(disk).examine());
        findings.add(new ListenPort(config.listen().host(), config.listen().port(), "port").examine());
        config.admin()
                .port()
                .ifPresent(port -> findings.add(new ListenPort(config.admin().host(), port, "admin-port").examine()));
        findings.add(new CertificateCheck(config).examine(Instant.now()));
        return findings;
    }

    /** The directory, or the nearest one above it that is there. */
    private static Path onDisk(Path directory) {
        Path found = directory;
        while (!Files.isDirectory(found) && found.getParent() != null) {
            found = found.getParent();
        }
        return found;
    }
}
