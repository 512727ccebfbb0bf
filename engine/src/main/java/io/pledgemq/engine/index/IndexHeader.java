package io.pledgemq.engine.index;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * An index file {@code index-NNNNNNNNNN.idx} belongs to the segment with the same number. It consists of pages of 4096
 * bytes: the header, then the records; then the tail, which is in memory while the file is open. All numbers are little
 * endian. The header:
 *
 * <pre>
 *    0  8 bytes  "PLEDGIDX"
 *    8  u32      version, 2 (version 1 had no records for single keys of several)
 *   12  u32      segment number
 *   16  u64      wall time of the segment's creation, from its header
 *   24  u32      offset where the segment's frames end
 *   28  u32      number of record pages
 *   32  u64      number of records
 *   40  u64      sum of all records, each mixed by {@link IndexKey#mix}: the same for the same set
 *   48  u32      number of time marks
 *   52  u32      CRC32C of the tail
 *   56           zeros
 * 4092  u32      CRC32C of bytes 0 to 4091
 * </pre>
 *
 * A record is an i64: hash (36 bits) and offset of a frame divided by 8 (27 bits), see {@link IndexKey}. Records are in
 * ascending order, up to 510 in a page:
 *
 * <pre>
 *    0  i64      records, then zeros
 * 4080  u32      how many
 * 4084  u32      number of the page, from 0
 * 4088  u32      segment number
 * 4092  u32      CRC32C of bytes 0 to 4091
 * </pre>
 *
 * The tail is the first record of each page (i64 each), and then for each 128 KiB of the segment the least and the
 * greatest wall time (i64 each) of the frames that begin there; least above greatest means that none does.
 *
 * @param end where the segment's frames end
 * @param sum of all records, mixed
 * @param marks number of time marks
 */
record IndexHeader(
        int segment, long createdWallMs, int end, int pages, long records, long sum, int marks, int tailCrc) {
    static final int PAGE_BYTES = 4096;
    static final int RECORDS_PER_PAGE = 510;
    static final int COUNT_AT = RECORDS_PER_PAGE * Long.BYTES;
    static final int CRC_AT = PAGE_BYTES - Integer.BYTES;
    static final int STRETCH_BYTES = 128 << 10;
    static final int MARK_BYTES = 2 * Long.BYTES;
    static final int VERSION = 2;

    private static final long MAGIC = 0x5844494745444c50L;

    static int marksUpTo(int end) {
        return (end + STRETCH_BYTES - 1) / STRETCH_BYTES;
    }

    int tailBytes() {
        return pages * Long.BYTES + marks * MARK_BYTES;
    }

    long tailAt() {
        return (1L + pages) * PAGE_BYTES;
    }

    long fileBytes() {
        return tailAt() + tailBytes();
    }

    ByteBuffer encode() {
        ByteBuffer bytes = page();
        bytes.putLong(MAGIC)
                .putInt(VERSION)
                .putInt(segment)
                .putLong(createdWallMs)
                .putInt(end);
        bytes.putInt(pages).putLong(records).putLong(sum).putInt(marks).putInt(tailCrc);
        return sealed(bytes);
    }

    /** Decodes the header of the index of a segment. */
    static IndexHeader decode(ByteBuffer bytes, String file) throws IndexDamagedException {
        if (bytes.limit() < PAGE_BYTES || bytes.getLong(0) != MAGIC) {
            throw new IndexDamagedException(file + " does not begin as an index does");
        }
        check(bytes, file + ", header");
        if (bytes.getInt(8) != VERSION) {
            throw new IndexDamagedException(
                    file + " has version " + bytes.getInt(8) + ", this program writes " + VERSION);
        }
        return new IndexHeader(
                bytes.getInt(12),
                bytes.getLong(16),
                bytes.getInt(24),
                bytes.getInt(28),
                bytes.getLong(32),
                bytes.getLong(40),
                bytes.getInt(48),
                bytes.getInt(52));
    }

    static ByteBuffer page() {
        return ByteBuffer.allocate(PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Puts the CRC at the end of a page, which is then ready to be written. */
    static ByteBuffer sealed(ByteBuffer page) {
        page.putInt(CRC_AT, crc(page, CRC_AT));
        return page.clear();
    }

    static void check(ByteBuffer page, String what) throws IndexDamagedException {
        if (page.getInt(CRC_AT) != crc(page, CRC_AT)) {
            throw new IndexDamagedException(String.format(
                    Locale.ROOT,
                    "%s: expected CRC32C %08x, the bytes have %08x",
                    what,
                    page.getInt(CRC_AT),
                    crc(page, CRC_AT)));
        }
    }

    static int crc(ByteBuffer bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.array(), bytes.arrayOffset(), length);
        return (int) crc.getValue();
    }
}
