package io.pledgemq.engine.log;

/** The log was written by a newer version of PledgeMQ. Nothing has been changed. */
public final class UnsupportedFormatException extends LogException {
    private static final long serialVersionUID = 1L;

    UnsupportedFormatException(String file, int version) {
        super(file + " has format version " + version + ", this program reads up to " + SegmentHeader.FORMAT_VERSION
                + ". Start the newer version of PledgeMQ again");
    }
}
