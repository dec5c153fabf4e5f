package io.sirsi.crashtest;

import io.sirsi.crashtest.Finding.Rule;
import java.util.Set;

/** What is done to the real scheduler at its borders, and which rules must see it. */
enum Sabotage {
    /** The disk says "forced" and keeps what was written in the heap for a while. */
    DISK_LIES(Rule.ACKNOWLEDGED_IS_KNOWN),
    /** Tasks live in memory only. */
    NOTHING_IS_WRITTEN(Rule.ACKNOWLEDGED_IS_KNOWN),
    CANCELS_ARE_LOST(Rule.CANCEL_HOLDS),
    KEYS_ARE_DROPPED(Rule.ONE_TASK_PER_KEY),
    DELAYS_ARE_DROPPED(Rule.NOT_EARLY),
    PARENTS_ARE_DROPPED(Rule.PARENTS_FIRST),
    ONE_TRY_MORE(Rule.ATTEMPTS),
    AT_MOST_ONCE_IS_DROPPED(Rule.AT_MOST_ONCE),
    ENDS_ARE_TOLD_TWICE(Rule.ONE_END),
    FENCES_BEGIN_ANEW(Rule.FENCE_GROWS),
    ZOMBIES_ARE_BELIEVED(Rule.STALE_END_REFUSED);

    @SuppressWarnings("ImmutableEnumChecker") // Set.of makes it so; its type does not say it.
    private final Set<Rule> seenBy;

    Sabotage(Rule... seenBy) {
        this.seenBy = Set.of(seenBy);
    }

    /** {@return the rules of which at least one must see it} */
    Set<Rule> seenBy() {
        return seenBy;
    }
}
