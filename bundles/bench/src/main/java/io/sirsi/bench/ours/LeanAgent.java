package io.sirsi.bench.ours;

import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.agent.TaskExecution;
import io.sirsi.bench.harness.Tally;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskAssignment;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskMonitor;
import io.sirsi.task.TaskOutcome;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One agent: a ring of tasks and a thread that runs them one after the other. */
final class LeanAgent implements AutoCloseable {

    private static final int SPINS = 20;

    private final AgentSnapshot snapshot;
    private final Tally tally;
    private final AtomicReferenceArray<@Nullable Execution> ring;
    private final int mask;
    private final Thread thread;
    private volatile boolean asleep;
    private volatile boolean stopped;

    /** Only of who hands tasks over: the scheduler, one thread at a time. */
    private int tail;

    LeanAgent(AgentSnapshot snapshot, Tally tally, int places) {
        this.snapshot = snapshot;
        this.tally = tally;
        this.ring = new AtomicReferenceArray<>(places * 2);
        this.mask = places * 2 - 1;
        this.thread = new Thread(this::run, "bench-agent-" + snapshot.id());
        thread.setDaemon(true);
    }

    AgentSnapshot snapshot() {
        return snapshot;
    }

    void start() {
        thread.start();
    }

    Optional<TaskExecution> take(TaskAssignment assignment) {
        int slot = tail & mask;
        if (ring.get(slot) != null) {
            return Optional.empty();
        }
        Execution execution = new Execution(snapshot.id(), assignment, tally);
        ring.set(slot, execution);
        tail++;
        if (asleep) {
            LockSupport.unpark(thread);
        }
        return Optional.of(execution);
    }

    private void run() {
        int head = 0;
        int idle = 0;
        long began = 0;
        while (!stopped) {
            Execution next = ring.getAcquire(head & mask);
            if (next == null) {
                began = 0;
                if (idle++ < SPINS) {
                    Thread.onSpinWait();
                } else {
                    rest(head);
                }
                continue;
            }
            idle = 0;
            ring.setRelease(head & mask, null);
            head++;
            if (began == 0) {
                began = System.nanoTime();
            }
            tally.run(placeOf(next.assignment.spec().input()));
            // The end of one is the begin of the next: reading the clock costs as much as a task.
            long ended = System.nanoTime();
            next.end(new TaskOutcome.Succeeded(Duration.ofNanos(ended - began), Payload.NONE));
            began = ended;
        }
    }

    private void rest(int head) {
        asleep = true;
        if (ring.get(head & mask) == null && !stopped) {
            LockSupport.park(this);
        }
        asleep = false;
    }

    /** A task that is to be timed has its place as its input. */
    private static int placeOf(Payload input) {
        String text = input.text();
        return text.isEmpty() || !Character.isDigit(text.charAt(0))
                ? Tally.UNTIMED
                : Integer.parseInt(text);
    }

    @Override
    public void close() {
        stopped = true;
        LockSupport.unpark(thread);
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A task that it was given. It counts as complete when the scheduler has its end on record. */
    private static final class Execution implements TaskExecution {

        private final AgentId agent;
        private final TaskAssignment assignment;
        private final Tally tally;
        private volatile @Nullable TaskOutcome outcome;
        private boolean released;

        Execution(AgentId agent, TaskAssignment assignment, Tally tally) {
            this.agent = agent;
            this.assignment = assignment;
            this.tally = tally;
        }

        void end(TaskOutcome how) {
            outcome = how;
            assignment.monitor().ended(how);
        }

        @Override
        public AgentId agent() {
            return agent;
        }

        @Override
        public TaskId task() {
            return assignment.task();
        }

        @Override
        public int attempt() {
            return assignment.attempt();
        }

        @Override
        public long fence() {
            return assignment.fence();
        }

        @Override
        public Optional<TaskOutcome> outcome() {
            return Optional.ofNullable(outcome);
        }

        @Override
        public void cancel() {}

        @Override
        public void interrupt() {}

        @Override
        public void abandon(TaskOutcome how) {
            end(how);
        }

        @Override
        public void adopt(TaskMonitor monitor) {
            throw new UnsupportedOperationException("nothing outlives its scheduler here");
        }

        /** By the scheduler, one thread at a time. */
        @Override
        public void release() {
            if (!released) {
                released = true;
                tally.complete();
            }
        }
    }
}
