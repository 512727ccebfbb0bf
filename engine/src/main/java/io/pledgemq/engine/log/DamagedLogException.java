package io.pledgemq.engine.log;

/** Durable bytes are not what was written. Nothing has been changed or cut. */
public final class DamagedLogException extends LogException {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final long from;
    private final long to;

    DamagedLogException(DamagedRange range) {
        super(
                range.file() + " is damaged in bytes [" + range.from() + ", " + range.to() + "): " + range.reason()
                        + ". Nothing was cut. Run `pledgemq log verify` to see all damage, then restore the file from a backup");
        this.file = range.file();
        this.from = range.from();
        this.to = range.to();
    }

    /** Name of the damaged file in the data directory. */
    public String file() {
        return file;
    }

    /** Offset of the first byte of the damaged range in the file. */
    public long from() {
        return from;
    }

    /** Offset behind the last byte of the damaged range in the file. */
    public long to() {
        return to;
    }
}
