package io.sirsi.scheduler.internal;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How many tasks may run at a time and start in a while, for each limit key. A rule holds for the
 * keys that its pattern matches: parts with slashes between them, of which {@code *} matches
 * exactly one part, and {@code **} at the end whatever follows, also nothing. Each concrete key has
 * limits of its own; with {@code **} it is the part of the key before that: {@code aws/*}{@code
 * /**} gives each account one limit for all that happens in it. All rules that match a key hold for
 * it. Not thread-safe.
 *
 * <p>Keys come from those who submit tasks, so they may be without number: what cannot be told from
 * new is forgotten.
 */
final class Limits {

    /** Without any rule: every gate is open. */
    static final Limits NONE = new Limits(List.of());

    private static final int KEPT = 1_024;

    private record Name(LimitRule rule, String key) {}

    private static final class GateReference extends WeakReference<Gate> {
        private final List<String> keys;

        private GateReference(List<String> keys, Gate gate, ReferenceQueue<Gate> queue) {
            super(gate, queue);
            this.keys = keys;
        }
    }

    private final List<LimitRule> rules;
    private final Map<Name, LimitBucket> buckets = new HashMap<>();
    private final Map<List<String>, GateReference> gates = new HashMap<>();
    private final ReferenceQueue<Gate> abandoned = new ReferenceQueue<>();
    private int tidyAt = KEPT;
    private long lastSeen;

    private Limits(List<LimitRule> rules) {
        this.rules = rules;
    }

    /**
     * Reads the rules: {@code KEY=LIMITS}, where limits are {@code concurrency:N}, {@code rate:N/s}
     * ({@code /m}, {@code /h}) and {@code burst:N} with commas between them, N from 1 to a million.
     * A burst is as many as the rate gives in a second, at least one, if nothing is said.
     *
     * @param lines one rule each, or several with commas between them, or cut at any comma: only
     *     what has an equals sign begins a rule
     * @throws IllegalArgumentException with one sentence that names the rule and what is wrong in
     *     it
     */
    static Limits parse(List<String> lines) {
        Set<String> patterns = new HashSet<>();
        List<LimitRule> rules = cut(lines).stream().map(LimitRule::parse).toList();
        for (LimitRule rule : rules) {
            if (!patterns.add(rule.pattern())) {
                throw new IllegalArgumentException(
                        "limit '"
                                + rule.line()
                                + "' is wrong: another line limits '"
                                + rule.pattern()
                                + "' already");
            }
        }
        return rules.isEmpty() ? NONE : new Limits(rules);
    }

    /**
     * Reads the rules for a node that is to run in any case: a rule that is wrong is told, and
     * until it is corrected the tasks that it is for run one at a time.
     *
     * @param told gets one sentence for each
     */
    static Limits cautious(List<String> lines, Consumer<String> told) {
        Map<String, LimitRule> rules = new LinkedHashMap<>();
        for (String line : cut(lines)) {
            LimitRule rule;
            try {
                rule = LimitRule.parse(line);
            } catch (IllegalArgumentException wrong) {
                Optional<LimitRule> strictest = LimitRule.strictest(line);
                told.accept(
                        wrong.getMessage()
                                + (strictest.isPresent()
                                        ? "; until it is corrected, what it is for runs one task at"
                                                + " a time"
                                        : "; until it is corrected, it does not hold for anything"));
                if (strictest.isEmpty()) {
                    continue;
                }
                rule = strictest.get();
            }
            if (rules.putIfAbsent(rule.pattern(), rule) != null) {
                told.accept(
                        "limit '"
                                + rule.line()
                                + "' does not hold: another one limits '"
                                + rule.pattern()
                                + "' already");
            }
        }
        return rules.isEmpty() ? NONE : new Limits(List.copyOf(rules.values()));
    }

    /** Configuration files know no lists: what reads them cuts at commas, or does not. */
    private static List<String> cut(List<String> lines) {
        List<String> rules = new ArrayList<>();
        for (String line : lines) {
            for (String piece : line.split(",", -1)) {
                String text = piece.strip();
                if (text.contains("=") || (rules.isEmpty() && !text.isEmpty())) {
                    rules.add(text);
                } else if (!text.isEmpty()) {
                    rules.set(rules.size() - 1, rules.get(rules.size() - 1) + "," + text);
                }
            }
        }
        return rules;
    }

    /**
     * {@return what holds for tasks with these keys; {@link Gate#OPEN} if nothing does} Where two
     * keys share a limit, a task takes one place of it.
     *
     * @param limitKeys as a task has them
     */
    Gate gate(List<String> limitKeys) {
        if (rules.isEmpty() || limitKeys.isEmpty()) {
            return Gate.OPEN;
        }
        expunge();
        GateReference reference = gates.get(limitKeys);
        Gate known = reference == null ? null : reference.get();
        if (known != null) {
            return known;
        }
        Set<Name> names = new LinkedHashSet<>();
        for (String key : limitKeys) {
            for (LimitRule rule : rules) {
                rule.sharedBy(key).ifPresent(shared -> names.add(new Name(rule, shared)));
            }
        }
        if (names.isEmpty()) {
            return Gate.OPEN;
        }
        Gate gate =
                new Gate(
                        this,
                        names.stream()
                                .map(name -> bucket(name.rule(), name.key()))
                                .toArray(LimitBucket[]::new));
        List<String> keys = List.copyOf(limitKeys);
        gates.put(keys, new GateReference(keys, gate, abandoned));
        return gate;
    }

    /** {@return the one bucket of a rule for a concrete key} */
    LimitBucket bucket(LimitRule rule, String key) {
        Name name = new Name(rule, key);
        LimitBucket known = buckets.get(name);
        if (known != null) {
            return known;
        }
        if (buckets.size() >= tidyAt) {
            buckets.values().removeIf(bucket -> bucket.retire(lastSeen));
            tidyAt = Math.max(KEPT, 2 * buckets.size());
        }
        LimitBucket fresh = new LimitBucket(rule, key);
        buckets.put(name, fresh);
        return fresh;
    }

    /** Notes a reading of the clock: what has become idle is judged by the last one. */
    void seen(long nowNanos) {
        lastSeen = nowNanos;
    }

    /** {@return how many concrete keys are remembered} */
    int size() {
        return buckets.size();
    }

    private void expunge() {
        for (Reference<? extends Gate> gone = abandoned.poll();
                gone != null;
                gone = abandoned.poll()) {
            if (gone instanceof GateReference reference) {
                gates.remove(reference.keys, reference);
            }
        }
    }
}
