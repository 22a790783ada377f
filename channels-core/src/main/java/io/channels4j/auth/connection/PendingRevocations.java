package io.channels4j.auth.connection;

import io.channels4j.internal.Stages;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The revocations that arrive while the credentials of one connection are checked, because its user is not yet known. At most 64
 * revocations with 8,192 characters are kept. If more arrive, or if some may have been missed, all are discarded and the connection must
 * be authenticated again.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
final class PendingRevocations {

    static final int MAX_COUNT = 64;
    static final int MAX_LENGTH = 8192;

    private final List<DisconnectMessage> received = new ArrayList<>(0);
    private int length;
    private boolean incomplete;

    synchronized void add(DisconnectMessage revocation) {
        length += revocation.length();
        if (incomplete || received.size() == MAX_COUNT || length > MAX_LENGTH) {
            miss();
        } else {
            received.add(revocation);
        }
    }

    /** Records that revocations may have been missed. */
    synchronized void miss() {
        incomplete = true;
        received.clear();
    }

    /** Applies the revocations to a connection that is registered by now. */
    CompletionStage<Void> applyTo(ConnectionAuth connection) {
        List<DisconnectMessage> all;
        boolean isKnown;
        synchronized (this) {
            all = List.copyOf(received);
            isKnown = !incomplete;
        }
        if (!isKnown) {
            return connection.recheck(false);
        }
        for (DisconnectMessage revocation : all) {
            if (!connection.isEnded() && revocation.concerns(connection)) {
                return connection.disconnect(revocation.status());
            }
        }
        return Stages.done();
    }
}
