package io.pledgemq.engine.log;

/**
 * Where a frame is: {@code segment number << 32 | offset in the segment}. Later frames have greater positions; the
 * position of a forced frame is never given to another one.
 */
public final class Position {
    private Position() {}

    public static long of(int segment, int offset) {
        return (long) segment << 32 | offset;
    }

    public static int segment(long position) {
        return (int) (position >>> 32);
    }

    public static int offset(long position) {
        return (int) position;
    }

    /** {@code segment:offset}, for people. */
    public static String text(long position) {
        return segment(position) + ":" + offset(position);
    }
}
