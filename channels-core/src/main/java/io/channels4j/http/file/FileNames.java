package io.channels4j.http.file;

import java.util.regex.Pattern;

/** Names of files in requests. A name that could leave the root, or has a special meaning on some system, is not valid. */
final class FileNames {

    private static final String WELL_KNOWN = ".well-known"; // RFC 8615
    private static final String FORBIDDEN = "\\:*?\"<>|";
    private static final Pattern HASH = Pattern.compile("[.-](?=[a-f]*\\d)(?=\\d*[a-f])[0-9a-f]{8,64}\\.");

    /** Devices on Windows, with any extension. */
    private static final Pattern DEVICE = Pattern.compile("(?i:con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?");

    private FileNames() {}

    /**
     * Returns true if all segments of a relative path are valid.
     *
     * @param path the decoded path with slashes, not empty
     * @param hidden whether names that start with a dot are valid
     */
    static boolean isValid(String path, boolean hidden) {
        boolean first = true;
        for (String segment : path.split("/", -1)) {
            boolean isHidden = segment.startsWith(".") && !(first && segment.equals(WELL_KNOWN));
            if (segment.isEmpty()
                    || segment.equals(".")
                    || segment.equals("..")
                    || isHidden && !hidden
                    || segment.endsWith(".")
                    || segment.endsWith(" ")
                    || DEVICE.matcher(segment).matches()
                    || hasForbidden(segment)) {
                return false;
            }
            first = false;
        }
        return true;
    }

    private static boolean hasForbidden(String segment) {
        return segment.chars().anyMatch(c -> c < ' ' || c == 0x7f || FORBIDDEN.indexOf(c) >= 0);
    }

    /** Returns true if a name contains a hash of the content, such as {@code app.3f2a9c1b.js}. */
    static boolean isFingerprinted(String name) {
        return HASH.matcher(name).find();
    }

    static String lastSegment(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Returns the part after the last dot, or an empty string. */
    static String extension(String path) {
        String name = lastSegment(path);
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot + 1);
    }
}
