package io.sirsi.scheduler.internal;

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
import io.sirsi.session.SessionId;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskAssignment;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskMonitor;
import io.sirsi.task.TaskOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Agents that take tasks as the real ones do, and end them when a test says so. */
final class ScriptedAgents implements AgentRuntime {

    /** A task that an agent runs until the test ends it. */
    static final class Run implements TaskExecution {
        final TaskAssignment assignment;
        final List<String> asked = new ArrayList<>();
        private final AgentId agent;
        private TaskMonitor monitor;
        private TaskOutcome outcome;
        private boolean released;
        private final ScriptedAgents owner;
        boolean ignoresAbandon;

        Run(ScriptedAgents owner, AgentId agent, TaskAssignment assignment) {
            this.owner = owner;
            this.agent = agent;
            this.assignment = assignment;
            this.monitor = assignment.monitor();
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

        TaskMonitor monitor() {
            return monitor;
        }

        boolean released() {
            return released;
        }

        void succeed() {
            end(new TaskOutcome.Succeeded(Duration.ZERO, Payload.json("\"" + task() + "\"")));
        }

        void fail(AgentFailure failure) {
            end(new TaskOutcome.Failed(Duration.ZERO, failure));
        }

        void end(TaskOutcome how) {
            owner.free(this);
            tell(how);
        }

        private void tell(TaskOutcome how) {
            if (outcome == null) {
                outcome = how;
            }
            monitor.ended(how);
        }

        @Override
        public AgentId agent() {
            return agent;
        }

        @Override
        public Optional<TaskOutcome> outcome() {
            return Optional.ofNullable(outcome);
        }

        @Override
        public void adopt(TaskMonitor next) {
            monitor = next;
            if (outcome != null) {
                next.ended(outcome);
            }
        }

        @Override
        public void release() {
            released = true;
        }

        @Override
        public void cancel() {
            asked.add("cancel");
        }

        @Override
        public void interrupt() {
            asked.add("interrupt");
        }

        @Override
        public void abandon(TaskOutcome given) {
            asked.add("abandon");
            if (!ignoresAbandon) {
                tell(given);
            }
        }
    }

    private final Map<AgentType, AgentDescriptor> types = new LinkedHashMap<>();
    private final Map<AgentId, AgentSnapshot> agents = new LinkedHashMap<>();
    private final Map<AgentId, List<Run>> running = new LinkedHashMap<>();
    final List<Run> started = new ArrayList<>();
    boolean refusing;
    boolean broken;
    int asks;

    synchronized void type(String name, int concurrency, String... taskTypes) {
        AgentType type = new AgentType(name);
        types.put(
                type,
                new AgentDescriptor(
                        type, name, AgentCapabilities.NONE, Set.of(taskTypes), concurrency));
    }

    /** The type goes: what its agents run ends as GONE, and they wait for it. */
    void typeGoes(String name) {
        List<Run> victims = new ArrayList<>();
        synchronized (this) {
            AgentType type = new AgentType(name);
            types.remove(type);
            for (AgentSnapshot agent : List.copyOf(agents.values())) {
                if (agent.spec().type().equals(type)) {
                    enter(agent.id(), AgentState.INITIALIZING);
                    victims.addAll(running(agent.id()));
                }
            }
        }
        victims.forEach(run -> run.fail(AgentFailure.gone("the bundle of its type went away")));
    }

    /** The type is there again, and its agents are. */
    synchronized void typeComes(String name, int concurrency, String... taskTypes) {
        type(name, concurrency, taskTypes);
        for (AgentSnapshot agent : List.copyOf(agents.values())) {
            if (agent.spec().type().value().equals(name)) {
                enter(agent.id(), AgentState.READY);
            }
        }
    }

    synchronized AgentId add(SessionId session, String name, String type, String... domains) {
        AgentId id = new AgentId(name);
        AgentSpec spec = AgentSpec.of(type).capabilities(c -> c.domainExpertise(domains));
        agents.put(id, new AgentSnapshot(id, session, spec, AgentState.READY, Instant.EPOCH));
        running.put(id, new ArrayList<>());
        return id;
    }

    /** The agent ends: no task any more, and what it runs ends as GONE. */
    void kill(AgentId agent) {
        List<Run> victims;
        synchronized (this) {
            enter(agent, AgentState.TERMINATED);
            victims = List.copyOf(running.getOrDefault(agent, List.of()));
        }
        victims.forEach(run -> run.fail(AgentFailure.gone("the agent is gone")));
    }

    synchronized void enter(AgentId agent, AgentState state) {
        AgentSnapshot old = agents.get(agent);
        agents.put(
                agent, new AgentSnapshot(agent, old.session(), old.spec(), state, Instant.EPOCH));
    }

    synchronized List<Run> running(AgentId agent) {
        return List.copyOf(running.getOrDefault(agent, List.of()));
    }

    synchronized List<Run> running() {
        return running.values().stream().flatMap(List::stream).toList();
    }

    /** {@return the run of a task that has started last} */
    synchronized Run last(TaskId task) {
        return started.stream()
                .filter(run -> run.task().equals(task))
                .reduce((first, second) -> second)
                .orElseThrow(() -> new AssertionError("never started: " + task));
    }

    synchronized List<TaskId> startedTasks() {
        return started.stream().map(Run::task).toList();
    }

    private synchronized void free(Run run) {
        running.get(run.agent).remove(run);
    }

    @Override
    public synchronized Optional<TaskExecution> tryExecute(AgentId id, TaskAssignment assignment) {
        asks++;
        if (broken) {
            throw new IllegalStateException("broken on purpose");
        }
        AgentSnapshot agent = agents.get(id);
        if (refusing
                || agent == null
                || !agent.state().takesTasks()
                || running.get(id).size() >= types.get(agent.spec().type()).concurrency()) {
            return Optional.empty();
        }
        Run run = new Run(this, id, assignment);
        running.get(id).add(run);
        started.add(run);
        return Optional.of(run);
    }

    @Override
    public synchronized List<TaskExecution> executions() {
        return started.stream()
                .filter(run -> !run.released)
                .<TaskExecution>map(run -> run)
                .toList();
    }

    /** {@return the same agents after all that ran ended with their node} */
    synchronized ScriptedAgents afterCrash() {
        ScriptedAgents next = new ScriptedAgents();
        next.types.putAll(types);
        next.agents.putAll(agents);
        agents.keySet().forEach(agent -> next.running.put(agent, new ArrayList<>()));
        return next;
    }

    @Override
    public synchronized Optional<AgentSnapshot> find(AgentId agent) {
        return Optional.ofNullable(agents.get(agent));
    }

    @Override
    public synchronized List<AgentSnapshot> list() {
        if (broken) {
            throw new IllegalStateException("broken on purpose");
        }
        return agents.values().stream()
                .filter(agent -> agent.state() != AgentState.TERMINATED)
                .toList();
    }

    @Override
    public synchronized List<AgentDescriptor> types() {
        return List.copyOf(types.values());
    }

    @Override
    public AgentSnapshot spawn(SessionId session, AgentSpec spec) {
        throw new UnsupportedOperationException("a scheduler spawns nothing");
    }

    @Override
    public Health health(AgentId agent) {
        return Health.ok();
    }

    @Override
    public int terminate(AgentId agent, String reason) {
        throw new UnsupportedOperationException("a scheduler terminates nothing");
    }

    @Override
    public int terminateAll(SessionId session, String reason) {
        throw new UnsupportedOperationException("a scheduler terminates nothing");
    }
}
