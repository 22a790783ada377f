package io.channels4j.engine;

import io.channels4j.ClientErrorException;
import io.channels4j.InvalidNameException;
import io.channels4j.OverloadedException;
import org.jspecify.annotations.Nullable;

/** The HTTP statuses and close codes with which a server reports an application failure. */
public final class FailureStatus {

    private static final int BAD_REQUEST = 400;
    private static final int TOO_LARGE = 413;
    private static final int UNAVAILABLE = 503;
    private static final int SERVER_ERROR = 500;
    private static final int POLICY_VIOLATION_CODE = 1008;
    private static final int TOO_BIG_CODE = 1009;
    private static final int INTERNAL_ERROR_CODE = 1011;
    private static final int TRY_AGAIN_CODE = 1013;

    private FailureStatus() {}

    /** Returns true if the client is at fault. Operators need not act on such a failure (guarantee P7). */
    public static boolean isClientError(@Nullable Throwable failure) {
        return failure instanceof ClientErrorException || failure instanceof InvalidNameException;
    }

    /** Returns the status of the HTTP response that reports a failure. */
    public static int ofResponse(@Nullable Throwable failure) {
        if (failure instanceof ClientErrorException error) {
            return error.status();
        }
        if (failure instanceof InvalidNameException) {
            return BAD_REQUEST;
        }
        return failure instanceof OverloadedException ? UNAVAILABLE : SERVER_ERROR;
    }

    /** Returns the code with which an open WebSocket is closed after a failure. */
    public static int ofClose(@Nullable Throwable failure) {
        if (failure instanceof ClientErrorException error) {
            return error.status() == TOO_LARGE ? TOO_BIG_CODE : POLICY_VIOLATION_CODE;
        }
        if (failure instanceof InvalidNameException) {
            return POLICY_VIOLATION_CODE;
        }
        return failure instanceof OverloadedException ? TRY_AGAIN_CODE : INTERNAL_ERROR_CODE;
    }
}
