package io.sirsi.scheduler.internal;

import io.sirsi.task.AgentConstraint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tasks in line that want the same of an agent, and the agents that have it. Which agents can
 * meet a demand is computed once for each pair, when one of them appears, never for a task: a
 * million tasks of one sort are one demand. Guarded by the engine's baton.
 */
final class Demand {

    private static final int LEVELS = 5;

    /**
     * What is wanted.
     *
     * @param taskType what the agent must run
     * @param constraints what else must hold, and what is preferred
     * @param limitKeys whose limits are shared
     */
    record Key(String taskType, List<AgentConstraint> constraints, List<String> limitKeys) {}

    final SessionState session;
    final Key key;
    final Gate gate;
    final Wish wish;

    /** All tasks that wait for a common agent, or that must not meet; null for none. */
    final @Nullable String coLocate;

    final @Nullable String spread;

    private final TaskEntry[] first = new TaskEntry[LEVELS];
    private final TaskEntry[] last = new TaskEntry[LEVELS];
    private int occupied;
    private int size;

    /** Agents that can meet it, and a bit for each that has a place. */
    final List<AgentView> candidates = new ArrayList<>();

    private long[] free = new long[1];
    private int freeCount;
    private int turn;

    /** Whether it is among those that the session offers. */
    boolean offered;

    /** It waits for a limit, or for another place than those that are free. */
    boolean stalled;

    Demand(SessionState session, Key key, Gate gate, Wish wish) {
        this.session = session;
        this.key = key;
        this.gate = gate;
        this.wish = wish;
        String together = null;
        String apart = null;
        for (AgentConstraint one : key.constraints()) {
            if (one instanceof AgentConstraint.CoLocate group) {
                together = group.group();
            } else if (one instanceof AgentConstraint.Spread group) {
                apart = group.group();
            }
        }
        this.coLocate = together;
        this.spread = apart;
    }

    int size() {
        return size;
    }

    boolean hasFreeAgent() {
        return freeCount > 0;
    }

    boolean ready() {
        return size > 0 && freeCount > 0 && !stalled;
    }

    // ---- the lines ----

    /** To the end of the line of its priority. */
    void add(TaskEntry entry) {
        int level = entry.kind.priority;
        TaskEntry end = last[level];
        entry.previousInLine = end;
        entry.nextInLine = null;
        if (end == null) {
            first[level] = entry;
            occupied |= 1 << level;
        } else {
            end.nextInLine = entry;
        }
        last[level] = entry;
        size++;
    }

    /** Back to the place that its wait gives it: at the head, or near it. */
    void putBack(TaskEntry entry) {
        int level = entry.kind.priority;
        TaskEntry next = first[level];
        while (next != null
                && next.readyNanos - entry.readyNanos <= 0
                && next.number < entry.number) {
            next = next.nextInLine;
        }
        if (next == null) {
            add(entry);
            return;
        }
        TaskEntry before = next.previousInLine;
        entry.nextInLine = next;
        entry.previousInLine = before;
        next.previousInLine = entry;
        if (before == null) {
            first[level] = entry;
        } else {
            before.nextInLine = entry;
        }
        size++;
    }

    void remove(TaskEntry entry) {
        int level = entry.kind.priority;
        TaskEntry before = entry.previousInLine;
        TaskEntry next = entry.nextInLine;
        if (before == null) {
            first[level] = next;
        } else {
            before.nextInLine = next;
        }
        if (next == null) {
            last[level] = before;
        } else {
            next.previousInLine = before;
        }
        entry.previousInLine = null;
        entry.nextInLine = null;
        if (first[level] == null) {
            occupied &= ~(1 << level);
        }
        size--;
    }

    @Nullable TaskEntry head(int level) {
        return first[level];
    }

    /**
     * {@return the task whose turn it is: within one priority the longest waiting is always the
     * most urgent, so that only the first of each is looked at; null if there is none}
     */
    @Nullable TaskEntry head(Ageing ageing, long now) {
        int lines = occupied;
        if (lines == 0) {
            return null;
        }
        int top = 31 - Integer.numberOfLeadingZeros(lines);
        TaskEntry best = first[top];
        int lower = lines & ~(1 << top);
        while (lower != 0) {
            int level = 31 - Integer.numberOfLeadingZeros(lower);
            lower &= ~(1 << level);
            TaskEntry other = first[level];
            if (best == null || (other != null && ageing.before(other, best, now))) {
                best = other;
            }
        }
        return best;
    }

    // ---- the agents ----

    /** {@return the number that the agent has here from now on} */
    int addCandidate(AgentView view) {
        int place = candidates.size();
        candidates.add(view);
        if (place >> 6 >= free.length) {
            free = Arrays.copyOf(free, free.length * 2);
        }
        return place;
    }

    /** Forgets all agents; the caller introduces those again that are left. */
    void clearCandidates() {
        candidates.clear();
        Arrays.fill(free, 0);
        freeCount = 0;
        turn = 0;
    }

    void place(int number, boolean hasPlace) {
        long bit = 1L << (number & 63);
        boolean had = (free[number >> 6] & bit) != 0;
        if (had != hasPlace) {
            free[number >> 6] ^= bit;
            freeCount += hasPlace ? 1 : -1;
        }
    }

    /**
     * {@return an agent with a place: the one that meets most preferences, else each in its turn;
     * null if none of those with a place will do}
     */
    @Nullable AgentView nextAgent() {
        if (coLocate != null) {
            AgentView pinned = session.pinned(coLocate);
            if (pinned != null) {
                return candidates.contains(pinned) && pinned.hasPlace() && mayHave(pinned)
                        ? pinned
                        : null;
            }
        }
        AgentView best = null;
        int bestScore = -1;
        int bestNumber = 0;
        int number = turn;
        for (int i = 0; i < freeCount; i++) {
            number = nextFree(number);
            AgentView view = candidates.get(number);
            number++;
            if (!mayHave(view)) {
                continue;
            }
            int score = wish.score(view);
            if (score > bestScore) {
                best = view;
                bestScore = score;
                bestNumber = number;
                if (score == wish.mostScore()) {
                    break;
                }
            }
        }
        turn = best == null ? turn : bestNumber;
        return best;
    }

    private boolean mayHave(AgentView view) {
        return spread == null || !session.runsGroup(spread, view);
    }

    /** {@return the next number with a place, from this one on and around} */
    private int nextFree(int from) {
        int start = from >= candidates.size() ? 0 : from;
        int word = start >> 6;
        long bits = free[word] & (-1L << (start & 63));
        while (bits == 0) {
            word = word + 1 >= free.length ? 0 : word + 1;
            bits = free[word];
        }
        return (word << 6) + Long.numberOfTrailingZeros(bits);
    }
}
