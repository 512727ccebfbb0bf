package io.pledgemq.server.config;

import java.nio.file.Path;
import java.util.Optional;

/** The audit log. */
public record AuditConfig(
        @Setting(
                text = "Directory of the audit log; without it `audit` in the data directory. On another disk, a server"
                        + " whose data disk is full can still be administered.")
        Optional<Path> directory) {}
