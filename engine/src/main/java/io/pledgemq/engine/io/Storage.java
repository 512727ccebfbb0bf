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

    /** Gives a file a new name at once, in the place of any file that has it. */
    void rename(String from, String to) throws IOException;

    /** Deletes a file; fails when there is none. */
    void delete(String name) throws IOException;

    /** Returns when all names are durable. */
    void forceDirectory() throws IOException;

    /** Bytes that can still be allocated, as far as the file system tells. */
    long freeBytes() throws IOException;

    /** Lets other processes have the directory. Files that are still open stay usable and are the caller's to close. */
    @Override
    void close() throws IOException;
}
