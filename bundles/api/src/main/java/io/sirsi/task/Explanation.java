package io.sirsi.task;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Why a task is not running: one sentence, every reason that holds, and the smallest change that
 * would make it run.
 *
 * @param task as it stands
 * @param sentence the answer in one sentence
 * @param reasons every reason that holds, the nearest to the task first; empty for one that runs or
 *     has ended
 * @param change what would make it run; empty where nothing has to be done, or nothing can be
 */
public record Explanation(
        TaskSnapshot task, String sentence, List<Reason> reasons, Optional<Change> change) {

    public Explanation {
        reasons = List.copyOf(reasons);
    }

    /** The kinds of reasons. */
    public enum Kind {
        /** It has ended; it will not run again. */
        ENDED,
        /** It runs. */
        RUNNING,
        /** Its submission is not on disk yet. */
        NOT_ON_DISK,
        /** A task before it has not ended; detail names the chain down to its root. */
        DEPENDENCY,
        /** Its time has not come. */
        NOT_BEFORE,
        /** An attempt failed and the next waits for its time. */
        RETRY_WAIT,
        /** Somebody paused it, its session, or everything. */
        PAUSED,
        /** No agent of its session can run it. */
        NO_AGENT,
        /** Those that could are busy. */
        AGENTS_BUSY,
        /** Those that could are going away or are not up yet. */
        AGENTS_NOT_READY,
        /** More tasks that share a limit run already, or ran too lately. */
        LIMIT,
        /** Others are before it in line. */
        BEHIND_OTHERS,
        /** Failures eat up what may be retried against what it depends on. */
        RETRY_BUDGET,
        /** The scheduler starts nothing: its disk is full or failed. */
        SCHEDULER
    }

    /**
     * One reason.
     *
     * @param kind what kind
     * @param sentence the reason in one sentence, with the values that count
     * @param subjects the tasks, agents, capabilities, keys or persons that it is about
     * @param until when it will end by itself, if that is known
     */
    public record Reason(
            Kind kind, String sentence, List<String> subjects, Optional<Instant> until) {
        public Reason {
            subjects = List.copyOf(subjects);
        }
    }

    /** What can be done. */
    public enum Action {
        /** Spawn an agent; subjects: its type, or the capability that it must have. */
        SPAWN_AGENT,
        /** Install a bundle that brings an agent's type; subjects: the type. */
        INSTALL_AGENT_TYPE,
        /** Resume the task; subjects: the task. */
        RESUME_TASK,
        /** Resume the session; subjects: the session. */
        RESUME_SESSION,
        /** Resume everything. */
        RESUME_ALL,
        /** Make another task run; subjects: that task. */
        UNBLOCK_TASK,
        /** Cancel or wait for a task that takes the place; subjects: the task. */
        CANCEL_TASK,
        /** Raise a limit; subjects: its key. */
        RAISE_LIMIT,
        /** Submit it anew; subjects: its type. */
        RESUBMIT,
        /** Free the disk or restart the scheduler. */
        MEND_STORAGE,
        /** Wait: it ends by itself. */
        WAIT
    }

    /**
     * The smallest change that would make the task run.
     *
     * @param action what
     * @param sentence what to do, in one sentence, with the command where there is one
     * @param subjects on what
     */
    public record Change(Action action, String sentence, List<String> subjects) {
        public Change {
            subjects = List.copyOf(subjects);
        }
    }
}
