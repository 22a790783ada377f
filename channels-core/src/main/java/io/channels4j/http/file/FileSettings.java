package io.channels4j.http.file;

import io.channels4j.Headers;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The settings of static files; see {@code StaticFiles.Builder}.
 *
 * @param store where the files are
 * @param fallback the file for paths without a file, if any
 * @param cacheControl the value of {@code Cache-Control}
 * @param immutable selects the paths of files that never change
 * @param hidden whether names that start with a dot are served
 * @param precompressed whether compressed copies are sent
 * @param contentTypes the application's content types, by extension
 * @param headers additional headers of all responses
 */
public record FileSettings(
        FileStore store,
        Optional<String> fallback,
        String cacheControl,
        Predicate<String> immutable,
        boolean hidden,
        boolean precompressed,
        Map<String, String> contentTypes,
        Headers headers) {

    /** The predicate that selects names with a hash. */
    public static final Predicate<String> FINGERPRINTED =
            path -> FileNames.isFingerprinted(FileNames.lastSegment(path));
}
