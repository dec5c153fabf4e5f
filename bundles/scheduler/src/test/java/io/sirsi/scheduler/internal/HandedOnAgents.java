package io.sirsi.scheduler.internal;

import io.sirsi.agent.AgentCapabilities;
import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentRuntime;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.agent.AgentSpec;
import io.sirsi.agent.AgentState;
import io.sirsi.agent.AgentType;
import io.sirsi.agent.Health;
import io.sirsi.agent.TaskExecution;
import io.sirsi.session.SessionId;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskAssignment;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskMonitor;
import io.sirsi.task.TaskOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** One agent whose tasks all succeed on a thread of its own, and which counts their starts. */
final class HandedOnAgents implements AgentRuntime, AutoCloseable {

    private static final AgentType TYPE = new AgentType("wide");
    private static final TaskOutcome DONE = new TaskOutcome.Succeeded(Duration.ZERO, Payload.NONE);

    private final AgentSnapshot agent;
    private final int concurrency;
    private final AtomicInteger running = new AtomicInteger();
    private final Queue<TaskAssignment> taken = new ConcurrentLinkedQueue<>();
    private final Thread thread = new Thread(this::endThem, "handed-on");
    private volatile boolean stopped;
    final ConcurrentMap<TaskId, Integer> starts = new ConcurrentHashMap<>();

    HandedOnAgents(SessionId session, int concurrency) {
        this.agent =
                new AgentSnapshot(
                        new AgentId("one"),
                        session,
                        AgentSpec.of(TYPE.value()),
                        AgentState.READY,
                        Instant.EPOCH);
        this.concurrency = concurrency;
        thread.setDaemon(true);
        thread.start();
    }

    private void endThem() {
        while (!stopped) {
            TaskAssignment next = taken.poll();
            if (next == null) {
                LockSupport.parkNanos(10_000);
            } else {
                running.decrementAndGet();
                next.monitor().ended(DONE);
            }
        }
    }

    @Override
    public Optional<TaskExecution> tryExecute(AgentId id, TaskAssignment assignment) {
        if (running.get() >= concurrency) {
            return Optional.empty();
        }
        running.incrementAndGet();
        starts.merge(assignment.task(), 1, Integer::sum);
        taken.add(assignment);
        return Optional.of(new Run(id, assignment));
    }

    private record Run(AgentId agent, TaskAssignment assignment) implements TaskExecution {
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
            return Optional.empty();
        }

        @Override
        public void cancel() {
            // It ends soon anyway.
        }

        @Override
        public void interrupt() {
            // It ends soon anyway.
        }

        @Override
        public void abandon(TaskOutcome given) {
            throw new UnsupportedOperationException("none of these takes so long");
        }

        @Override
        public void adopt(TaskMonitor next) {
            throw new UnsupportedOperationException("none of these outlives its scheduler");
        }

        @Override
        public void release() {
            // Nothing is kept.
        }
    }

    @Override
    public Optional<AgentSnapshot> find(AgentId id) {
        return id.equals(agent.id()) ? Optional.of(agent) : Optional.empty();
    }

    @Override
    public List<AgentSnapshot> list() {
        return List.of(agent);
    }

    @Override
    public List<AgentDescriptor> types() {
        return List.of(
                new AgentDescriptor(
                        TYPE, "wide", AgentCapabilities.NONE, Set.of("work"), concurrency));
    }

    @Override
    public List<TaskExecution> executions() {
        return List.of();
    }

    @Override
    public AgentSnapshot spawn(SessionId session, AgentSpec spec) {
        throw new UnsupportedOperationException("a scheduler spawns nothing");
    }

    @Override
    public Health health(AgentId id) {
        return Health.ok();
    }

    @Override
    public int terminate(AgentId id, String reason) {
        throw new UnsupportedOperationException("a scheduler terminates nothing");
    }

    @Override
    public int terminateAll(SessionId session, String reason) {
        throw new UnsupportedOperationException("a scheduler terminates nothing");
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join(10_000);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
