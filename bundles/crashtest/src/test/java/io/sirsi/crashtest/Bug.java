package io.sirsi.crashtest;

import io.sirsi.crashtest.Finding.Rule;
import java.util.Set;

/** What is wrong with a toy scheduler, and which rules must see it. */
enum Bug {
    NONE,
    ACKNOWLEDGES_BEFORE_THE_WRITE(Rule.ACKNOWLEDGED_IS_KNOWN),
    DROPS_A_RECORD(Rule.ACKNOWLEDGED_IS_KNOWN),
    ACCEPTS_A_STALE_FENCE(Rule.STALE_END_REFUSED),
    FIRES_A_TIMER_EARLY(Rule.NOT_EARLY),
    RETRIES_AT_ONCE(Rule.NOT_EARLY),
    STARTS_A_CHILD_BEFORE_ITS_PARENT_ENDS(Rule.PARENTS_FIRST),
    FORGETS_AN_END_IN_A_CRASH(Rule.ONE_END, Rule.NO_START_AFTER_END),
    LOSES_A_CANCEL(Rule.CANCEL_HOLDS),
    FORGETS_A_CANCEL_IN_A_CRASH(Rule.CANCEL_HOLDS, Rule.ONE_END, Rule.NO_START_AFTER_END),
    ENDS_TWICE(Rule.ONE_END),
    REUSES_FENCES_AFTER_A_CRASH(Rule.FENCE_GROWS),
    FORGETS_KEYS_IN_A_CRASH(Rule.ONE_TASK_PER_KEY),
    TRIES_TOO_OFTEN(Rule.ATTEMPTS),
    FORGETS_ATTEMPTS_IN_A_CRASH(Rule.ATTEMPTS),
    RUNS_AT_MOST_ONCE_AGAIN(Rule.AT_MOST_ONCE),
    TEARS_A_GRAPH(Rule.GRAPH_WHOLE),
    CALLS_A_FAILURE_SUCCESS(Rule.EFFECT_ONCE, Rule.STALE_END_REFUSED),
    GIVES_UP_WITHOUT_REASON(Rule.END_HAS_REASON);

    @SuppressWarnings("ImmutableEnumChecker") // Set.of makes it so; its type does not say it.
    private final Set<Rule> seenBy;

    Bug(Rule... seenBy) {
        this.seenBy = Set.of(seenBy);
    }

    /** {@return the rules of which at least one must see it} */
    Set<Rule> seenBy() {
        return seenBy;
    }
}
