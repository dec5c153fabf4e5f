package io.sirsi.scheduler.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The retry budgets of all dependencies. Not thread-safe. */
final class RetryBudgets {

    private static final int KEPT = 1_024;

    private final int percent;
    private final int least;
    private final Map<String, RetryBudget> budgets = new HashMap<>();
    private int tidyAt = KEPT;

    /**
     * Starts with nothing tried.
     *
     * @param percent how many retries there may be for a hundred first attempts, 0 to 100
     * @param least how many there may be in any case in a window, 0 or more
     */
    RetryBudgets(int percent, int least) {
        new RetryBudget(percent, least, 0); // says now what would be wrong with each later
        this.percent = percent;
        this.least = least;
    }

    /** {@return what a task depends on: its first limit key, or its type if it has none} */
    static String dependency(List<String> limitKeys, String type) {
        return limitKeys.isEmpty() ? type : limitKeys.get(0);
    }

    /**
     * {@return the budget of a dependency} Not to be kept from one turn to the next: one that is
     * idle for a window is forgotten.
     */
    RetryBudget of(String dependency, long nowNanos) {
        RetryBudget known = budgets.get(dependency);
        if (known != null) {
            return known;
        }
        if (budgets.size() >= tidyAt) {
            budgets.values().removeIf(budget -> budget.idle(nowNanos));
            tidyAt = Math.max(KEPT, 2 * budgets.size());
        }
        RetryBudget fresh = new RetryBudget(percent, least, nowNanos);
        budgets.put(dependency, fresh);
        return fresh;
    }

    /** {@return how many dependencies are remembered} */
    int size() {
        return budgets.size();
    }
}
