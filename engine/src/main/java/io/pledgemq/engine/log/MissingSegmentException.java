package io.pledgemq.engine.log;

/** A segment file that must exist is missing. Nothing has been changed. */
public final class MissingSegmentException extends LogException {
    private static final long serialVersionUID = 1L;

    private final String file;

    MissingSegmentException(int number, String evidence) {
        super(SegmentFile.name(number) + " is missing: " + evidence
                + ". Nothing was changed. Put the file back into the data directory, or restore a backup");
        this.file = SegmentFile.name(number);
    }

    /** Name of the missing file. */
    public String file() {
        return file;
    }
}
