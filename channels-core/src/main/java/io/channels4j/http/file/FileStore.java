package io.channels4j.http.file;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A place where files are stored. Methods block. Names are relative, with slashes, and have been checked by {@link FileNames}.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public abstract class FileStore {

    FileStore() {}

    /**
     * Returns a file, or null if there is no regular file with the name.
     *
     * @throws IOException if the file cannot be read
     */
    abstract @Nullable StoredFile find(String name) throws IOException;

    /** Returns true if there is a directory with the name. */
    abstract boolean isDirectory(String name);
}
