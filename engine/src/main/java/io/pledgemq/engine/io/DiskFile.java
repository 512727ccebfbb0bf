package io.pledgemq.engine.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A file on a disk, with one channel for the writer and another one for all readers: Java closes a channel when a
 * thread that uses it is interrupted, so a reader must never share the writer's. A reader reopens a channel that was
 * closed this way, or because too many files were open.
 */
final class DiskFile implements StorageFile {
    /** Bounds the hidden direct buffer that Java keeps per thread for reads into the heap. */
    private static final int MAX_READ_BYTES = 1 << 20;

    private final Path path;
    private final boolean writable;
    private final OpenFiles openFiles;
    private @Nullable FileChannel writeChannel;
    private volatile @Nullable FileChannel readChannel;
    private volatile boolean closed;
    private volatile long usedAt;

    DiskFile(Path path, boolean writable, OpenFiles openFiles) {
        this.path = path;
        this.writable = writable;
        this.openFiles = openFiles;
    }

    /** Time of the last read, as {@link OpenFiles#now} counts. */
    long usedAt() {
        return usedAt;
    }

    @Override
    public void write(long offset, ByteBuffer source) throws IOException {
        FileChannel channel = writer();
        long at = offset;
        while (source.hasRemaining()) {
            try {
                at += channel.write(source, at);
            } catch (IOException e) {
                throw fullOr(e, path, source.remaining());
            }
        }
    }

    @Override
    public int read(long offset, ByteBuffer target) throws IOException {
        int limit = target.limit();
        target.limit(Math.min(limit, target.position() + MAX_READ_BYTES));
        boolean interrupted = false;
        try {
            while (true) {
                FileChannel channel = reader();
                try {
                    return channel.read(target, offset);
                } catch (ClosedChannelException e) {
                    interrupted |= Thread.interrupted();
                    forget(channel, e);
                }
            }
        } finally {
            target.limit(limit);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void force(boolean metadata) throws IOException {
        writer().force(metadata);
    }

    @Override
    public synchronized void doneWriting() throws IOException {
        FileChannel writing = writeChannel;
        writeChannel = null;
        if (writing != null) {
            writing.close();
        }
    }

    @Override
    public long sizeBytes() throws IOException {
        return Files.size(path);
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        openFiles.closed(this);
        FileChannel writing = writeChannel;
        FileChannel reading = readChannel;
        writeChannel = null;
        readChannel = null;
        try {
            if (writing != null) {
                writing.close();
            }
        } finally {
            if (reading != null) {
                reading.close();
            }
        }
    }

    private FileChannel writer() throws IOException {
        FileChannel channel = writeChannel;
        if (channel == null) {
            channel = openWriter();
        }
        return channel;
    }

    private synchronized FileChannel openWriter() throws IOException {
        checkOpen();
        if (!writable) {
            throw new AccessDeniedException(path.toString(), null, "the storage was opened for reading only");
        }
        FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE);
        writeChannel = channel;
        return channel;
    }

    private FileChannel reader() throws IOException {
        usedAt = openFiles.now();
        FileChannel channel = readChannel;
        return channel != null ? channel : openReader();
    }

    private FileChannel openReader() throws IOException {
        DiskFile tooMany;
        FileChannel channel;
        synchronized (this) {
            checkOpen();
            channel = readChannel;
            if (channel != null) {
                return channel;
            }
            channel = FileChannel.open(path, StandardOpenOption.READ);
            readChannel = channel;
            tooMany = openFiles.opened(this);
        }
        if (tooMany != null) {
            tooMany.closeReader();
        }
        return channel;
    }

    /** Closes the read channel, because too many files are open. A thread that is reading reopens it. */
    private synchronized void closeReader() throws IOException {
        FileChannel reading = readChannel;
        readChannel = null;
        if (reading != null) {
            reading.close();
        }
    }

    private synchronized void forget(FileChannel channel, ClosedChannelException cause) throws IOException {
        if (closed) {
            throw cause;
        }
        if (readChannel == channel) {
            readChannel = null;
            openFiles.closed(this);
        }
    }

    private void checkOpen() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    /**
     * Java reports no error number for a full disk, and the text depends on the locale: the free space is checked too.
     */
    static IOException fullOr(IOException e, Path path, long wantedBytes) throws IOException {
        String message = String.valueOf(e.getMessage());
        Path directory = path.toAbsolutePath().getParent();
        boolean full = message.contains("No space left") || message.contains("quota exceeded");
        if (!full && directory != null && !(e instanceof ClosedChannelException)) {
            full = Files.getFileStore(directory).getUsableSpace() < wantedBytes;
        }
        return full ? new StorageFullException("no space for " + wantedBytes + " bytes in " + path, e) : e;
    }
}
