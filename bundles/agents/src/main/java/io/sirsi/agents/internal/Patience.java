package io.sirsi.agents.internal;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits of one thread that brings something to an end. When that thread is interrupted it does not
 * leave half-way: it only stops waiting, and has its flag back at the end.
 */
final class Patience {

    private boolean interrupted;

    /**
     * Waits for all of them.
     *
     * @param ends none of them ends exceptionally
     * @param limit how long at most
     * @return whether all have come
     */
    boolean await(Collection<CompletableFuture<Boolean>> ends, Duration limit) {
        CompletableFuture<Void> all =
                CompletableFuture.allOf(ends.toArray(new CompletableFuture<?>[0]));
        if (all.isDone()) {
            return true;
        }
        if (interrupted || limit.isNegative() || limit.isZero()) {
            return false;
        }
        try {
            all.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException late) {
            return false;
        } catch (InterruptedException hurry) {
            interrupted = true;
            return false;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Gives the thread its flag back. */
    void restoreInterrupt() {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
