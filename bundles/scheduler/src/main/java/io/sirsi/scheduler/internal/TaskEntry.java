package io.sirsi.scheduler.internal;

import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentId;
import io.sirsi.task.Dependency;
import io.sirsi.task.ParentFailure;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A task that has not been forgotten. There may be millions, so it is flat: what many share is in
 * its {@link TaskKind}, what few have is in {@link Rare}. Guarded by the engine's baton. It is its
 * own timer, since a task waits for one thing at a time: its time, a place, the end of its attempt,
 * or its retry.
 */
final class TaskEntry extends TimerNode {

    static final TaskEntry[] NOBODY = {};

    final long high;
    final long low;
    final TaskKind kind;

    final Payload input;

    /** How it ended, once it has. */
    TaskState.@Nullable Ended end;

    /** What only few tasks have. */
    @Nullable Rare rare;

    Phase phase = Phase.COMING;
    boolean paused;

    /** It was read from the log, so that the history may know it already. */
    boolean restored;

    /** Its end is on the disk, and those after it know. */
    boolean settled;

    /** A success that was not needed: those after it go on, too. */
    boolean skipped;

    /** How often it was started, and how many of these ended with the node. */
    short attempts;

    short crashes;

    /** How many of those before it have not ended as they should. */
    int waiting;

    private int afterCount;

    /** Those before it, by which its line of waiting is known. */
    TaskEntry[] before = NOBODY;

    /** Those that wait for it: the first two, which are all for most, and the others. */
    private @Nullable TaskEntry firstAfter;

    private @Nullable TaskEntry secondAfter;
    private TaskEntry[] otherAfter = NOBODY;

    /** Neighbours in the line of its demand. */
    @Nullable TaskEntry nextInLine;

    @Nullable TaskEntry previousInLine;

    /** Neighbours among all tasks, by age. */
    @Nullable TaskEntry older;

    @Nullable TaskEntry newer;

    /** Where the table of tasks has it; null if it is in none. */
    TaskTable.@Nullable Page page;

    /** The attempt that runs, while one does. */
    @Nullable Attempt attempt;

    /** Grows from task to task: which is newer. */
    long number;

    /** When it was submitted, in nanoseconds since 1970. */
    final long submittedAt;

    /** Since when it has been in line, on the monotonic clock. */
    long readyNanos;

    /** The end of its last record in the log. */
    long position;

    /** What few tasks have. */
    static final class Rare {
        Map<String, String> labels = Map.of();
        Optional<String> key = Optional.empty();
        Optional<String> trace = Optional.empty();

        /** Which of those before it may end in any way; null for none. */
        boolean @Nullable [] anyEnd;

        /** Those before it that are known by name only, since they had ended long before. */
        List<Dependency> dependencies = List.of();

        @Nullable String resumeToken;
        @Nullable String pausedBy;
        @Nullable AgentFailure lastFailure;

        /** When its time comes, or its next attempt, on the wall clock; null for at once. */
        @Nullable Instant until;

        /** The one of its series before it, until that has started. */
        @Nullable TaskEntry previous;

        boolean hasSuccessor;
        @Nullable Duration ran;

        /** What was to stop it while it ran. */
        @Nullable String cancelReason;
    }

    TaskEntry(long high, long low, TaskKind kind, Payload input, long submittedAt) {
        this.high = high;
        this.low = low;
        this.kind = kind;
        this.input = input;
        this.submittedAt = submittedAt;
    }

    TaskId id() {
        return TaskId.of(high, low);
    }

    Rare rare() {
        Rare some = rare;
        if (some == null) {
            some = new Rare();
            rare = some;
        }
        return some;
    }

    /** Until it is in line, the field for that holds the end of its wait. */
    void waitFor(Instant until, long untilNanos) {
        rare().until = until;
        readyNanos = untilNanos;
    }

    boolean ended() {
        return phase == Phase.ENDED;
    }

    // ---- those before and after ----

    void addAfter(TaskEntry child) {
        int place = afterCount++;
        if (place == 0) {
            firstAfter = child;
        } else if (place == 1) {
            secondAfter = child;
        } else {
            int other = place - 2;
            if (other == otherAfter.length) {
                otherAfter = Arrays.copyOf(otherAfter, Math.max(4, other * 2));
            }
            otherAfter[other] = child;
        }
    }

    int afterCount() {
        return afterCount;
    }

    TaskEntry after(int place) {
        TaskEntry child =
                switch (place) {
                    case 0 -> firstAfter;
                    case 1 -> secondAfter;
                    default -> otherAfter[place - 2];
                };
        if (child == null) {
            throw new IndexOutOfBoundsException(place);
        }
        return child;
    }

    void forgetAfter() {
        firstAfter = null;
        secondAfter = null;
        otherAfter = NOBODY;
        afterCount = 0;
    }

    boolean anyEnd(int place) {
        Rare some = rare;
        boolean[] flags = some == null ? null : some.anyEnd;
        return flags != null && flags[place];
    }

    /** {@return whether one before it, which has ended, ended as it should} */
    boolean satisfiedBy(int place) {
        return anyEnd(place)
                || kind.spec.onParentFailure() == ParentFailure.RUN
                || before[place].succeeded();
    }

    boolean succeeded() {
        return ended() && (skipped || end() instanceof TaskState.Succeeded);
    }

    // ---- for people ----

    TaskState.Ended end() {
        TaskState.Ended how = end;
        if (how == null) {
            throw new IllegalStateException("task " + id() + " has not ended");
        }
        return how;
    }

    /** {@return what was asked for} */
    TaskSpec spec() {
        TaskSpec spec = kind.spec;
        if (!input.equals(Payload.NONE)) {
            spec = spec.input(input);
        }
        for (int i = 0; i < before.length; i++) {
            spec =
                    spec.after(
                            new Dependency(
                                    before[i].id(),
                                    anyEnd(i)
                                            ? Dependency.Condition.ANY_END
                                            : Dependency.Condition.SUCCESS));
        }
        Rare some = rare;
        if (some != null) {
            for (Map.Entry<String, String> label : some.labels.entrySet()) {
                spec = spec.label(label.getKey(), label.getValue());
            }
            if (some.key.isPresent()) {
                spec = spec.idempotencyKey(some.key.get());
            }
            if (some.trace.isPresent()) {
                spec = spec.traceParent(some.trace.get());
            }
        }
        return spec;
    }

    Instant submitted() {
        return instant(submittedAt);
    }

    static Instant instant(long epochNanos) {
        return Instant.ofEpochSecond(
                Math.floorDiv(epochNanos, 1_000_000_000L),
                Math.floorMod(epochNanos, 1_000_000_000L));
    }

    static long epochNanos(Instant instant) {
        return Math.addExact(
                Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
    }

    /** {@return those before it that have not ended} */
    Set<TaskId> openBefore() {
        Set<TaskId> open = new LinkedHashSet<>();
        for (TaskEntry one : before) {
            if (!one.ended()) {
                open.add(one.id());
            }
        }
        return open;
    }

    List<AgentId> named() {
        return kind.named;
    }

    /** {@return the task as it stands} */
    TaskSnapshot snapshot(MonotonicWall times) {
        return new TaskSnapshot(id(), kind.session.id, spec(), state(times), submitted());
    }

    TaskState state(MonotonicWall times) {
        Rare some = rare;
        return switch (phase) {
            case RUNNING -> running(times);
            case RETRY_WAIT -> retrying(some);
            // An end that a crash could still undo is told to nobody.
            case ENDED -> settled ? end() : ending(times);
            case READY -> new TaskState.Ready(times.wall(readyNanos));
            default ->
                    new TaskState.Blocked(
                            openBefore(), Optional.ofNullable(some == null ? null : some.until));
        };
    }

    private TaskState ending(MonotonicWall times) {
        if (attempts == 0 && !openParents().isEmpty()) {
            return new TaskState.Blocked(openBefore());
        }
        return running(times);
    }

    private TaskState running(MonotonicWall times) {
        Attempt now = attempt;
        return now != null && now.handedOver
                ? new TaskState.Running(now.view.id(), now.number, now.fence, now.startedAt())
                : new TaskState.Ready(times.wall(readyNanos));
    }

    private TaskState retrying(@Nullable Rare some) {
        AgentFailure last = some == null ? null : some.lastFailure;
        Instant until = some == null ? null : some.until;
        return new TaskState.RetryWait(
                until != null ? until : submitted(),
                attempts,
                last != null ? last : AgentFailure.gone("the node went down while it ran"));
    }

    List<TaskEntry> openParents() {
        List<TaskEntry> open = new ArrayList<>();
        for (TaskEntry one : before) {
            if (!one.ended()) {
                open.add(one);
            }
        }
        return open;
    }
}
