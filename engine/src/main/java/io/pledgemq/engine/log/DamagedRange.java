package io.pledgemq.engine.log;

/**
 * Bytes of a file that are not what was written: all damage is inside the range, but not all of the range need be
 * damaged.
 *
 * @param file name of the file in the data directory
 * @param from offset of the first byte
 * @param to offset behind the last byte
 * @param reason what was expected and what is there
 */
public record DamagedRange(String file, long from, long to, String reason) {}
