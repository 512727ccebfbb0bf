package io.pledgemq.server.net;

import io.netty.buffer.ByteBuf;

/**
 * Follows the messages of one gRPC stream: a flag (1 byte), a length (4 bytes, big-endian), and so many bytes, again
 * and again. Knows how much of the last one has come, and keeps nothing of it. Not thread-safe.
 */
final class GrpcFrames {
    private static final int HEADER_BYTES = 5;
    private static final long BYTE = 0xff;
    private static final long UNSIGNED_INT = 0xffff_ffffL;

    private int headerBytes;
    private long length;
    private long come;

    /** Follows the next bytes, without consuming them; returns the bytes of the incomplete message. */
    long partial(ByteBuf data) {
        int at = data.readerIndex();
        int end = data.writerIndex();
        while (at < end) {
            if (headerBytes < HEADER_BYTES) {
                // The flag goes out of the length's four bytes with the last of them.
                length = ((length << Byte.SIZE) | (data.getByte(at++) & BYTE)) & UNSIGNED_INT;
                headerBytes++;
            } else {
                long taken = Math.min(length - come, end - at);
                come += taken;
                at += (int) taken;
            }
            if (headerBytes == HEADER_BYTES && come == length) {
                headerBytes = 0;
                length = 0;
                come = 0;
            }
        }
        return headerBytes + come;
    }
}
