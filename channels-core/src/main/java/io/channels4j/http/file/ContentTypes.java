package io.channels4j.http.file;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Content types by file extension. */
public final class ContentTypes {

    private static final String UNKNOWN = "application/octet-stream";
    private static final Map<String, String> STANDARD = standard();

    private ContentTypes() {}

    private static Map<String, String> standard() {
        Map<String, String> types = new HashMap<>();
        String[] lines = {
            "text/html; charset=utf-8 html htm",
            "text/css; charset=utf-8 css",
            "text/javascript; charset=utf-8 js mjs cjs",
            "text/plain; charset=utf-8 txt text log",
            "text/markdown; charset=utf-8 md",
            "text/csv; charset=utf-8 csv",
            "text/calendar; charset=utf-8 ics",
            "text/xml; charset=utf-8 xml",
            "application/json json map",
            "application/manifest+json webmanifest",
            "application/xhtml+xml xhtml",
            "application/rss+xml rss",
            "application/atom+xml atom",
            "application/wasm wasm",
            "application/pdf pdf",
            "application/zip zip",
            "application/gzip gz",
            "application/java-archive jar",
            "image/svg+xml svg",
            "image/png png",
            "image/apng apng",
            "image/jpeg jpg jpeg",
            "image/gif gif",
            "image/webp webp",
            "image/avif avif",
            "image/bmp bmp",
            "image/tiff tif tiff",
            "image/x-icon ico",
            "font/woff woff",
            "font/woff2 woff2",
            "font/ttf ttf",
            "font/otf otf",
            "audio/mpeg mp3",
            "audio/ogg ogg oga opus",
            "audio/wav wav",
            "audio/mp4 m4a",
            "audio/flac flac",
            "video/mp4 mp4 m4v",
            "video/webm webm",
            "video/ogg ogv",
            "video/quicktime mov",
            "text/vtt; charset=utf-8 vtt",
        };
        for (String line : lines) {
            int end = line.startsWith("text/") && line.contains("charset")
                    ? line.indexOf(' ', line.indexOf(';') + 2)
                    : line.indexOf(' ');
            for (String extension : line.substring(end + 1).split(" ", -1)) {
                types.put(extension, line.substring(0, end));
            }
        }
        return Map.copyOf(types);
    }

    /**
     * Returns the content type of a file.
     *
     * @param name the name of the file
     * @param own the application's types by extension in lower case, which take precedence
     */
    static String of(String name, Map<String, String> own) {
        String extension = FileNames.extension(name).toLowerCase(Locale.ROOT);
        String type = own.get(extension);
        return type == null ? STANDARD.getOrDefault(extension, UNKNOWN) : type;
    }
}
