package io.pledgemq.engine.io;

import java.io.IOException;
import java.util.List;

/**
 * One flat data directory that belongs to this process alone for as long as it is open.
 *
 * <p>Nothing is durable until it is forced: bytes by {@link StorageFile#force}, names (created, renamed, deleted) by
 * {@link #forceDirectory}. After a failed force the state of the disk is unknown; forcing again proves nothing. Network
 * file systems are not supported.
 *
 * <p>Safe for use by several threads, as long as no two of them work on the same name.
 */
public interface Storage extends AutoCloseable {
    /** The names of all files, sorted. */
    List<String> list() throws IOException;

    boolean exists(String name) throws IOException;

    long sizeBytes(String name) throws IOException;

    /** Creates an empty file; fails when the name is taken. */
    StorageFile create(String name) throws IOException;

    /** Opens an existing file; fails when there is none. */
    StorageFile open(String name) throws IOException;

    /** Renames a file atomically; it replaces a file that has the new name. */
    void rename(String from, String to) throws IOException;

    /** Deletes a file; fails when there is none. */
    void delete(String name) throws IOException;

    /** Returns when all names are durable. */
    void forceDirectory() throws IOException;

    /** Bytes that can still be allocated, as the file system reports. */
    long freeBytes() throws IOException;

    /** Releases the directory for other processes. Open files stay usable; the caller closes them. */
    @Override
    void close() throws IOException;
}
