package io.sirsi.crashtest;

import io.sirsi.agent.AgentCapabilities;
import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentRuntime;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.agent.AgentSpec;
import io.sirsi.agent.AgentState;
import io.sirsi.agent.AgentType;
import io.sirsi.agent.Health;
import io.sirsi.agent.TaskExecution;
import io.sirsi.failure.RefusedException;
import io.sirsi.journal.FailPoint;
import io.sirsi.session.SessionId;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskAssignment;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskMonitor;
import io.sirsi.task.TaskOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The victim's agents: each attempt tells the sink that it begins, has its effect there, and tells
 * how it ended before it tells the scheduler. The stamp of a beginning is taken when the scheduler
 * hands the task over, on the scheduler's thread. Thread-safe.
 */
final class EffectAgents implements AgentRuntime {

    static final String TASK_TYPE = "effect";
    private static final AgentType TYPE = new AgentType("effect");
    private static final int AGENTS = 2;
    private static final int PLACES = 8;

    /** How long a zombie waits for what should happen next, before it speaks up all the same. */
    private static final long ZOMBIE_MILLIS = 1_000;

    private static final long PULSE_MILLIS = 10;

    private final SinkClient sink;
    private final long life;
    private final Instant since = Instant.now();
    private final List<AgentId> agents = new ArrayList<>();
    private final Map<AgentId, AtomicInteger> busy = new ConcurrentHashMap<>();
    private final Map<Run, Boolean> runs = new ConcurrentHashMap<>();
    private final Map<TaskId, Zombie> zombies = new ConcurrentHashMap<>();
    private final ExecutorService threads =
            Executors.newCachedThreadPool(
                    work -> {
                        Thread thread = new Thread(work, "agent");
                        thread.setDaemon(true);
                        return thread;
                    });

    EffectAgents(SinkClient sink, long life) {
        this.sink = sink;
        this.life = life;
        for (int i = 1; i <= AGENTS; i++) {
            AgentId agent = new AgentId("effect-" + i);
            agents.add(agent);
            busy.put(agent, new AtomicInteger());
        }
    }

    @Override
    public Optional<TaskExecution> tryExecute(AgentId agent, TaskAssignment assignment) {
        AtomicInteger places = busy.get(agent);
        if (places == null || places.incrementAndGet() > PLACES) {
            if (places != null) {
                places.decrementAndGet();
            }
            return Optional.empty();
        }
        Run run = new Run(agent, assignment, System.nanoTime());
        runs.put(run, true);
        threads.execute(run);
        return Optional.of(run);
    }

    @Override
    public Optional<AgentSnapshot> find(AgentId agent) {
        return busy.containsKey(agent) ? Optional.of(snapshot(agent)) : Optional.empty();
    }

    @Override
    public List<AgentSnapshot> list() {
        return agents.stream().map(this::snapshot).collect(Collectors.toList());
    }

    private AgentSnapshot snapshot(AgentId agent) {
        AtomicInteger places = busy.get(agent);
        boolean idle = places == null || places.get() == 0;
        return new AgentSnapshot(
                agent,
                Victim.SESSION,
                AgentSpec.of(TYPE.value()),
                idle ? AgentState.READY : AgentState.BUSY,
                since);
    }

    @Override
    public List<AgentDescriptor> types() {
        return List.of(
                new AgentDescriptor(
                        TYPE,
                        "has effects at the sink",
                        AgentCapabilities.NONE,
                        Set.of(TASK_TYPE),
                        PLACES));
    }

    @Override
    public Health health(AgentId agent) {
        return Health.ok();
    }

    @Override
    public List<TaskExecution> executions() {
        return List.copyOf(runs.keySet());
    }

    @Override
    public AgentSnapshot spawn(SessionId session, AgentSpec spec) {
        throw RefusedException.conflict("The agents of the crash test are there from the start.");
    }

    @Override
    public int terminate(AgentId agent, String reason) {
        throw RefusedException.conflict("The agents of the crash test stay until the end.");
    }

    @Override
    public int terminateAll(SessionId session, String reason) {
        throw RefusedException.conflict("The agents of the crash test stay until the end.");
    }

    /** An attempt that was given up and goes on, and the one after it that lets it speak first. */
    private record Zombie(CountDownLatch followed, CountDownLatch spoke) {
        Zombie() {
            this(new CountDownLatch(1), new CountDownLatch(1));
        }
    }

    /** One attempt. */
    private final class Run implements TaskExecution, Runnable {

        private final AgentId agent;
        private final TaskAssignment assignment;
        private final long handedOver;
        private final Map<String, String> script;
        private final AtomicReference<@Nullable TaskOutcome> outcome = new AtomicReference<>();
        private final CountDownLatch abandoned = new CountDownLatch(1);
        private volatile TaskMonitor monitor;
        private volatile boolean cancelled;

        Run(AgentId agent, TaskAssignment assignment, long handedOver) {
            this.agent = agent;
            this.assignment = assignment;
            this.handedOver = handedOver;
            this.script = assignment.spec().input().fields();
            this.monitor = assignment.monitor();
        }

        @Override
        public void run() {
            sink.tell(line("begin").with("at", handedOver));
            Zombie zombie = zombies.remove(task());
            if (zombie != null) {
                zombie.followed().countDown();
                waitFor(zombie.spoke(), () -> monitor.heartbeat(""));
            }
            try {
                if (script.containsKey("zombie") && attempt() == 1) {
                    outlive();
                } else {
                    end(work());
                }
            } catch (InterruptedException e) {
                end(new TaskOutcome.Cancelled(ran(), "interrupted"));
            } catch (ExecutionException | TimeoutException e) {
                end(failed("the sink does not answer: " + e));
            }
        }

        private TaskOutcome work()
                throws InterruptedException, ExecutionException, TimeoutException {
            if (cancelled) {
                return new TaskOutcome.Cancelled(ran(), "asked to stop");
            }
            FailPoint.reach("K6-before-effect");
            if (attempt() <= Integer.parseInt(script.getOrDefault("fails", "0"))) {
                return failed("as the script says");
            }
            String answer = effect();
            return answer.equals("done") || answer.equals("again")
                    ? new TaskOutcome.Succeeded(ran(), output())
                    : failed("the sink answers: " + answer);
        }

        private String effect() throws InterruptedException, ExecutionException, TimeoutException {
            var answer =
                    sink.effect(
                            line("effect")
                                    .with("key", "e-" + task())
                                    .with("hash", script.getOrDefault("ref", "")));
            FailPoint.reach("K7-effect-sent");
            String said = answer.get(30, TimeUnit.SECONDS);
            FailPoint.reach("K8-effect-replied");
            return said;
        }

        /**
         * Gives no sign of life and listens to nobody until the scheduler has given it up and begun
         * anew; then has its effect and claims success, both with a fence that is too old.
         */
        private void outlive() throws InterruptedException, ExecutionException, TimeoutException {
            Zombie zombie = new Zombie();
            zombies.put(task(), zombie);
            waitFor(abandoned, () -> {});
            if (outcome.get() == null) {
                end(failed("nobody gave it up"));
                return;
            }
            waitFor(zombie.followed(), () -> {});
            effect();
            monitor.ended(new TaskOutcome.Succeeded(ran(), output()));
            zombie.spoke().countDown();
        }

        private void waitFor(CountDownLatch latch, Runnable meanwhile) {
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ZOMBIE_MILLIS);
            while (System.nanoTime() < until) {
                try {
                    if (latch.await(PULSE_MILLIS, TimeUnit.MILLISECONDS)) {
                        return;
                    }
                    meanwhile.run();
                } catch (InterruptedException e) {
                    // A zombie does not listen.
                }
            }
        }

        private void end(TaskOutcome how) {
            if (!outcome.compareAndSet(null, how)) {
                return;
            }
            sink.tell(
                    line("end")
                            .with("how", how.getClass().getSimpleName())
                            .with("at", System.nanoTime()));
            report(how);
        }

        private void report(TaskOutcome how) {
            AtomicInteger places = busy.get(agent);
            if (places != null) {
                places.decrementAndGet();
            }
            monitor.ended(how);
        }

        private Line line(String event) {
            return Line.of(event)
                    .with("ref", script.getOrDefault("ref", ""))
                    .with("task", task().value())
                    .with("attempt", attempt())
                    .with("fence", fence())
                    .with("life", life);
        }

        private Payload output() {
            return Payload.fields(Map.of("fence", Long.toString(fence())));
        }

        private TaskOutcome failed(String why) {
            return new TaskOutcome.Failed(
                    ran(), AgentFailure.of(AgentFailure.Code.UNREACHABLE, why));
        }

        private Duration ran() {
            return Duration.ofNanos(System.nanoTime() - handedOver);
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
            return Optional.ofNullable(outcome.get());
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        @Override
        public void interrupt() {
            // An effect is not torn in the middle; the flag is seen before the next.
            cancelled = true;
        }

        @Override
        public void abandon(TaskOutcome how) {
            if (outcome.compareAndSet(null, how)) {
                abandoned.countDown();
                report(how);
            }
        }

        @Override
        public void adopt(TaskMonitor newMonitor) {
            monitor = newMonitor;
            outcome().ifPresent(newMonitor::ended);
        }

        @Override
        public void release() {
            runs.remove(this);
        }
    }
}
