package io.sirsi.crashtest;

/**
 * A promise that was broken.
 *
 * @param rule which
 * @param subject of which task, key or graph
 * @param sentence what was seen
 */
record Finding(Rule rule, String subject, String sentence) {

    /** The promises. */
    enum Rule {
        /** What was acknowledged is known to every later life. */
        ACKNOWLEDGED_IS_KNOWN,
        /** What was acknowledged ends. */
        ACKNOWLEDGED_ENDS,
        /** A task ends once. */
        ONE_END,
        /** An idempotency key names one task. */
        ONE_TASK_PER_KEY,
        /** A graph is accepted whole or not at all. */
        GRAPH_WHOLE,
        /** A task that succeeded has had its effect exactly once, any other at most once. */
        EFFECT_ONCE,
        /** A fence grows with every start, and none is used twice. */
        FENCE_GROWS,
        /** An end that came with an old fence counts for nothing. */
        STALE_END_REFUSED,
        /** A task at most once starts at most once; only such a task ends in Unknown. */
        AT_MOST_ONCE,
        /** A task starts after its parents' successful ends, which then stand. */
        PARENTS_FIRST,
        /** No more attempts than the policy allows, beside those that a crash cut off. */
        ATTEMPTS,
        /** Nothing starts before its time. */
        NOT_EARLY,
        /** Nothing starts after its cancellation was acknowledged. */
        CANCEL_HOLDS,
        /** Nothing starts after it has ended. */
        NO_START_AFTER_END,
        /** States follow each other as the table of states says. */
        LEGAL_TRANSITION,
        /** A task ends for a reason that there was. */
        END_HAS_REASON,
        /** The node answers every command, and does not end by itself. */
        NODE_SERVES
    }

    @Override
    public String toString() {
        return rule + " " + subject + ": " + sentence;
    }
}
