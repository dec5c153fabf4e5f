package io.sirsi.scheduler.internal;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * All limits that hold for one list of limit keys: a task starts when every one of them has a place
 * and a token. Equal lists have the same gate for as long as anybody holds it. Times are readings
 * of a monotonic clock, in nanoseconds. Not thread-safe.
 */
final class Gate {

    /** Of tasks that no rule holds for: lets everybody through at once. */
    static final Gate OPEN = new Gate(Limits.NONE, new LimitBucket[0]);

    /**
     * Why nobody gets through.
     *
     * @param key the concrete key whose limit it is
     * @param rule the line of the configuration
     * @param byRate whether time will help; else a task that ends will
     * @param running how many tasks of the key run
     * @param most how many may run at a time, or, by rate, may start in the rule's unit of time
     * @param freeInNanos until the rate lets the next one through; {@link Long#MAX_VALUE} if only a
     *     task that ends can
     */
    record Block(
            String key, String rule, boolean byRate, int running, int most, long freeInNanos) {}

    private final Limits limits;
    private final LimitBucket[] buckets;

    Gate(Limits limits, LimitBucket[] buckets) {
        this.limits = limits;
        this.buckets = buckets;
    }

    /**
     * Takes a place and a token from every limit, or nothing from any.
     *
     * @return whether one may start now
     */
    boolean tryAcquire(long nowNanos) {
        refresh(nowNanos);
        for (LimitBucket bucket : buckets) {
            if (!bucket.hasPlace() || bucket.untilToken(nowNanos) > 0) {
                return false;
            }
        }
        for (LimitBucket bucket : buckets) {
            bucket.take();
        }
        return true;
    }

    /** Takes places for one that runs already, even where there is none. */
    void occupy(long nowNanos) {
        refresh(nowNanos);
        for (LimitBucket bucket : buckets) {
            bucket.occupy();
        }
    }

    /** Gives back the places of one that ended, and wakes nobody. Its tokens stay spent. */
    void release() {
        for (LimitBucket bucket : buckets) {
            bucket.giveBackPlace();
        }
    }

    /**
     * Gives back the places of one that ended, and wakes all who wait at one of these limits: at
     * each the longest waiting first. Nobody waits any more when woken; who does not get through
     * waits anew.
     *
     * @param wake gets each; may use any gate
     */
    void releaseAnd(Consumer<Object> wake) {
        release();
        wakeAll(wake);
    }

    /**
     * Takes back {@link #tryAcquire} for one that did not start after all, tokens and all, and
     * wakes as {@link #releaseAnd} does.
     */
    void refundAnd(Consumer<Object> wake) {
        for (LimitBucket bucket : buckets) {
            bucket.giveBackPlace();
            bucket.giveBackToken();
        }
        wakeAll(wake);
    }

    /**
     * Lets somebody wait at the limit that refuses: at one without a place, or else at the one
     * whose rate takes longest. Waiting twice is waiting once, at the first place in line. A
     * release wakes all who wait; time wakes nobody, so also come again at {@link #freeAt}.
     *
     * @param waiter compared by identity
     * @return false if nothing refuses: then nobody waits
     */
    boolean await(Object waiter, long nowNanos) {
        Optional<LimitBucket> refusing = refusing(nowNanos);
        refusing.ifPresent(bucket -> bucket.await(waiter));
        return refusing.isPresent();
    }

    /** Lets somebody wait no longer at any of these limits; does nothing if they do not. */
    void leave(Object waiter) {
        for (LimitBucket bucket : buckets) {
            bucket.leave(waiter);
        }
    }

    /**
     * {@return when the rates let the next one through, now if they would; {@link Long#MAX_VALUE}
     * if there is no place, so that only a release can}
     */
    long freeAt(long nowNanos) {
        Optional<LimitBucket> refusing = refusing(nowNanos);
        if (refusing.isEmpty()) {
            return nowNanos;
        }
        LimitBucket bucket = refusing.get();
        return bucket.hasPlace() ? nowNanos + bucket.untilToken(nowNanos) : Long.MAX_VALUE;
    }

    /** {@return what refuses now; empty if one would get through} */
    Optional<Block> blocking(long nowNanos) {
        return refusing(nowNanos)
                .map(
                        bucket -> {
                            boolean byRate = bucket.hasPlace();
                            LimitRule rule = bucket.rule();
                            return new Block(
                                    bucket.key(),
                                    rule.line(),
                                    byRate,
                                    bucket.running(),
                                    byRate ? rule.rate() : rule.concurrency(),
                                    byRate ? bucket.untilToken(nowNanos) : Long.MAX_VALUE);
                        });
    }

    private Optional<LimitBucket> refusing(long nowNanos) {
        refresh(nowNanos);
        Optional<LimitBucket> slowest = Optional.empty();
        long longest = 0;
        for (LimitBucket bucket : buckets) {
            if (!bucket.hasPlace()) {
                return Optional.of(bucket);
            }
            long wait = bucket.untilToken(nowNanos);
            if (wait > longest) {
                longest = wait;
                slowest = Optional.of(bucket);
            }
        }
        return slowest;
    }

    private void wakeAll(Consumer<Object> wake) {
        for (LimitBucket bucket : buckets) {
            for (Object waiter : bucket.leaveAll()) {
                wake.accept(waiter);
            }
        }
    }

    /** Idle limits are forgotten, so that keys without number cost nothing; here they come back. */
    private void refresh(long nowNanos) {
        if (buckets.length > 0) {
            limits.seen(nowNanos);
        }
        for (int i = 0; i < buckets.length; i++) {
            if (buckets[i].retired()) {
                buckets[i] = limits.bucket(buckets[i].rule(), buckets[i].key());
            }
        }
    }
}
