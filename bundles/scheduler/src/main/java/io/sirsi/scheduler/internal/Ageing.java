package io.sirsi.scheduler.internal;

/**
 * Who goes first. A task rises by one level for each interval that it has been ready, up to the
 * highest; at one level the longer waiting goes first. So a task is overtaken only by those that
 * came before it reached the highest level, and none starves.
 *
 * @param intervalNanos how long a task waits for a level
 */
record Ageing(long intervalNanos) {

    private static final int HIGHEST = 4;

    /** {@return the level of a ready task now, 0 the lowest} */
    int level(TaskEntry entry, long now) {
        long waited = now - entry.readyNanos;
        int priority = entry.kind.priority;
        if (waited < intervalNanos) {
            return priority;
        }
        return (int) Math.min(HIGHEST, priority + waited / intervalNanos);
    }

    /** {@return whether the first goes before the second} */
    boolean before(TaskEntry first, TaskEntry second, long now) {
        int one = level(first, now);
        int two = level(second, now);
        if (one != two) {
            return one > two;
        }
        long longer = first.readyNanos - second.readyNanos;
        return longer != 0 ? longer < 0 : first.number < second.number;
    }
}
