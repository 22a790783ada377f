package io.channels4j.http.multipart;

/**
 * The limits on a multipart body. A body that exceeds one of them is too large (status 413).
 *
 * @param maxParts the maximum number of parts
 * @param maxPartBytes the maximum size of the content of a part
 * @param maxBytes the maximum size of the whole body
 * @param maxHeaderBytes the maximum size of the headers of a part
 */
public record PartLimits(int maxParts, int maxPartBytes, int maxBytes, int maxHeaderBytes) {}
