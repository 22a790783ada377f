package io.channels4j.redis.django.work;

import io.channels4j.redis.queue.work.PendingReceive;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * This process's share of one plain channel: waiting calls, untaken messages, and the claims on each host. Confined to the control
 * thread.
 */
final class DjangoWorkQueue {

    private final List<DjangoClaims> claims;
    private final Deque<PendingReceive<?>> receives = new ArrayDeque<>();
    private final Deque<DjangoWorkItem> untaken = new ArrayDeque<>();

    DjangoWorkQueue(List<DjangoClaims> claims) {
        this.claims = claims;
    }

    List<DjangoClaims> claims() {
        return claims;
    }

    DjangoClaims claims(int host) {
        return claims.get(host);
    }

    /** Passes an untaken item to a call, or makes the call wait. */
    void add(PendingReceive<?> receive) {
        DjangoWorkItem first = untaken.peek();
        if (first != null && receive.offer(first)) {
            untaken.remove();
        } else {
            receives.add(receive);
        }
    }

    /** Passes an item to a waiting call. Returns false if there is none; the item then waits for a call. */
    boolean deliver(DjangoWorkItem item) {
        for (PendingReceive<?> receive = receives.poll(); receive != null; receive = receives.poll()) {
            if (receive.offer(item)) {
                return true;
            }
        }
        untaken.add(item);
        return false;
    }

    /** Removes an item that no call has taken. Returns true if it was still waiting. */
    boolean withdraw(DjangoWorkItem item) {
        return untaken.remove(item);
    }

    /** Returns the number of waiting calls. */
    int demand() {
        receives.removeIf(PendingReceive::isWithdrawn);
        return receives.size();
    }

    boolean isIdle() {
        return demand() == 0 && untaken.isEmpty() && claims.stream().allMatch(DjangoClaims::isIdle);
    }

    /** Puts back the untaken items and fails the waiting calls. */
    void close(RuntimeException cause) {
        List.copyOf(untaken).forEach(DjangoWorkItem::putBack);
        untaken.clear();
        receives.forEach(receive -> receive.fail(cause));
        receives.clear();
    }
}
