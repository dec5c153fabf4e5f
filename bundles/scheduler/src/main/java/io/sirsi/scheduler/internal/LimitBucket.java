package io.sirsi.scheduler.internal;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one rule allows to one concrete key: how many run, a bucket of tokens for how many may
 * start, and who waits for either. Not thread-safe.
 *
 * <p>Tokens are counted in nanoseconds times rate: one token is the rule's unit of time, and each
 * nanosecond brings as many as the rate. So nothing is ever rounded, and nothing drifts.
 */
final class LimitBucket {

    /** One that waits, whatever it thinks it equals. */
    private record Waiter(Object of) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Waiter that && that.of == of;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(of);
        }
    }

    private final LimitRule rule;
    private final String key;
    private final long full;
    private final Set<Waiter> waiters = new LinkedHashSet<>();
    private long tokens;
    private long filledAt;
    private int running;
    private boolean retired;

    LimitBucket(LimitRule rule, String key) {
        this.rule = rule;
        this.key = key;
        this.full = rule.unitNanos() * rule.burst();
        this.tokens = full;
    }

    LimitRule rule() {
        return rule;
    }

    String key() {
        return key;
    }

    int running() {
        return running;
    }

    boolean retired() {
        return retired;
    }

    /**
     * Takes the bucket out of use, if nobody could tell it from a new one.
     *
     * @return whether it could be
     */
    boolean retire(long nowNanos) {
        fill(nowNanos);
        retired = running == 0 && waiters.isEmpty() && tokens == full;
        return retired;
    }

    boolean hasPlace() {
        return running < rule.concurrency();
    }

    /** {@return how long until there is a token, 0 if there is one} */
    long untilToken(long nowNanos) {
        if (!rule.limitsRate()) {
            return 0;
        }
        fill(nowNanos);
        long missing = rule.unitNanos() - tokens;
        return missing <= 0 ? 0 : up(missing);
    }

    /** Takes a place and a token; both must be there. */
    void take() {
        running++;
        if (rule.limitsRate()) {
            tokens -= rule.unitNanos();
        }
    }

    /** Takes a place for one that runs already. */
    void occupy() {
        running++;
    }

    void giveBackPlace() {
        if (running == 0) {
            throw new IllegalStateException("more releases than starts for '" + key + "'");
        }
        running--;
    }

    void giveBackToken() {
        if (rule.limitsRate()) {
            tokens = Math.min(full, tokens + rule.unitNanos());
        }
    }

    void await(Object waiter) {
        waiters.add(new Waiter(waiter));
    }

    void leave(Object waiter) {
        waiters.remove(new Waiter(waiter));
    }

    /** {@return who waited, the longest first; nobody waits afterwards} */
    List<Object> leaveAll() {
        if (waiters.isEmpty()) {
            return List.of();
        }
        List<Object> left = new ArrayList<>(waiters.size());
        for (Waiter waiter : waiters) {
            left.add(waiter.of());
        }
        waiters.clear();
        return left;
    }

    private void fill(long nowNanos) {
        long missing = full - tokens;
        long passed = nowNanos - filledAt;
        if (missing == 0) {
            filledAt = nowNanos;
        } else if (passed > 0) {
            tokens = passed >= up(missing) ? full : tokens + passed * rule.rate();
            filledAt = nowNanos;
        }
    }

    /** {@return the nanoseconds in which so much flows in, rounded up} */
    private long up(long amount) {
        return (amount + rule.rate() - 1) / rule.rate();
    }
}
