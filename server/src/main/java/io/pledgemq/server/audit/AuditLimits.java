package io.pledgemq.server.audit;

/**
 * Bounds of the audit log.
 *
 * @param fileBytes size at which a file is full, in bytes; one batch of lines may exceed it
 * @param oldFiles full files kept, at least 1
 * @param queuedLines lines waiting for the disk; more are lost, and counted
 */
public record AuditLimits(long fileBytes, int oldFiles, int queuedLines) {

    /** 16 MiB per file, 10 full files: at most some 176 MiB; 10,000 lines waiting. */
    public static final AuditLimits DEFAULTS = new AuditLimits(16L << 20, 10, 10_000);

    /** Checks the numbers. */
    public AuditLimits {
        if (fileBytes < 1 || oldFiles < 1 || queuedLines < 1) {
            throw new IllegalArgumentException("limits of the audit log must be positive, but are " + fileBytes
                    + " bytes, " + oldFiles + " files, " + queuedLines + " lines");
        }
    }
}
