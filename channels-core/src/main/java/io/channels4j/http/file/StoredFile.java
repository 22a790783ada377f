package io.channels4j.http.file;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;

/**
 * A file that exists.
 *
 * @param length the size in bytes
 * @param lastModified the time of the last change, in whole seconds, if known
 * @param tag the entity tag of the content, without quotes
 * @param content opens the content
 */
record StoredFile(long length, Optional<Instant> lastModified, String tag, Content content) {

    /** Opens the content of a file. */
    @FunctionalInterface
    interface Content {

        /**
         * Returns a stream that starts at a position. Blocks.
         *
         * @throws IOException if the file cannot be read
         */
        InputStream open(long from) throws IOException;
    }
}
