package io.sirsi.scheduler.internal;

import io.sirsi.agent.AgentId;
import io.sirsi.agent.TaskExecution;
import io.sirsi.session.SessionId;
import io.sirsi.task.AgentConstraint;
import io.sirsi.task.Dependency;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskOutcome;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An unfinished task and what the scheduler knows of it. Guarded by the scheduler's lock. */
final class TaskEntry {

    /** Why a running attempt is being stopped. */
    enum Stop {
        /** Someone called the task off. */
        CANCELLED,
        /** Its time is up. */
        TIMED_OUT
    }

    final TaskId id;
    final SessionId session;
    final TaskSpec spec;
    final Instant submittedAt;

    /** The agents that it names; more than one cannot be met. */
    final Set<AgentId> named = new LinkedHashSet<>();

    /** Those before it that have not ended, and how each must. */
    final Map<TaskId, List<Dependency.Condition>> blockedOn = new HashMap<>();

    /** It cannot run, and this is why; found at its submission. */
    @Nullable String doomedBy;

    /** What came out of those before it. */
    final Map<TaskId, Payload> inputs = new HashMap<>();

    /** Those that wait for it. */
    final List<TaskEntry> dependents = new ArrayList<>();

    TaskState state;

    /** The one timer that a state has: queue, retry, run, interrupt, abandon. */
    Timers.@Nullable Timer timer;

    /** Since when it is Ready: a reading of the monotonic clock, and a number to break ties. */
    long readyNanos;

    long readyNumber;

    /** When its wait becomes too long, if it has such a limit and has never started. */
    long queueDeadline;

    /** How many attempts have started. */
    int attempts;

    /** It was taken out of its queue and offered to an agent that has not answered yet. */
    boolean offered;

    /** The fence of the offered or running attempt. */
    long fence;

    long startedNanos;
    @Nullable AgentView runsOn;
    @Nullable TaskExecution execution;
    @Nullable Stop stop;
    @Nullable String stopReason;

    /** The outcome that we ourselves gave when we gave up on the agent. */
    @Nullable TaskOutcome abandonedWith;

    /** How long the last attempt ran. */
    Duration lastRan = Duration.ZERO;

    /** Where it is queued while it is Ready and not offered. */
    @Nullable Demand demand;

    /** Its last word on its progress that has not been published yet. */
    @Nullable Announcement progress;

    /** Said before its start was told. */
    @Nullable Progress early;

    /**
     * How far a task said it is.
     *
     * @param done parts done
     * @param total parts in all, or 0
     * @param note a few words
     */
    record Progress(long done, long total, String note) {}

    TaskEntry(TaskId id, SessionId session, TaskSpec spec, Instant now) {
        this.id = id;
        this.session = session;
        this.spec = spec;
        this.submittedAt = now;
        this.state = new TaskState.Ready(now);
        for (AgentConstraint constraint : spec.constraints()) {
            if (constraint instanceof AgentConstraint.Named one) {
                named.add(one.agent());
            }
        }
    }

    TaskSnapshot snapshot() {
        return new TaskSnapshot(id, session, spec, state, submittedAt);
    }
}
