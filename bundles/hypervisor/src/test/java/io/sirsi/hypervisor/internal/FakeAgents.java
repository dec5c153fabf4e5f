package io.sirsi.hypervisor.internal;

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
import io.sirsi.failure.RefusedException;
import io.sirsi.session.SessionId;
import io.sirsi.task.TaskAssignment;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Agents that do nothing but exist. */
final class FakeAgents implements AgentRuntime {

    final Map<AgentId, AgentSnapshot> alive = new LinkedHashMap<>();
    private final Map<String, AgentDescriptor> types = new TreeMap<>();
    private int count;

    void type(String name, AgentCapabilities offers) {
        types.put(name, new AgentDescriptor(new AgentType(name), name, offers, Set.of("work"), 1));
    }

    void typeGone(String name) {
        types.remove(name);
    }

    /** An agent's type goes, and it waits for it. */
    synchronized void wait(AgentId id, Instant since) {
        AgentSnapshot agent = alive.get(id);
        alive.put(
                id,
                new AgentSnapshot(
                        id, agent.session(), agent.spec(), AgentState.INITIALIZING, since));
    }

    @Override
    public synchronized AgentSnapshot spawn(SessionId session, AgentSpec spec) {
        if (!types.containsKey(spec.type().value())) {
            throw RefusedException.notFound("no type '" + spec.type() + "'");
        }
        AgentSnapshot agent =
                new AgentSnapshot(
                        new AgentId(spec.type() + "-" + ++count),
                        session,
                        spec,
                        AgentState.READY,
                        Instant.EPOCH);
        alive.put(agent.id(), agent);
        return agent;
    }

    @Override
    public synchronized Optional<AgentSnapshot> find(AgentId agent) {
        return Optional.ofNullable(alive.get(agent));
    }

    @Override
    public synchronized List<AgentSnapshot> list() {
        return List.copyOf(alive.values());
    }

    @Override
    public List<AgentDescriptor> types() {
        return List.copyOf(types.values());
    }

    @Override
    public Health health(AgentId agent) {
        boolean there = alive.get(agent).state() != AgentState.INITIALIZING;
        return there ? Health.ok() : new Health(Health.Status.CRITICAL, agent + " waits");
    }

    @Override
    public Optional<TaskExecution> tryExecute(AgentId agent, TaskAssignment assignment) {
        return Optional.empty();
    }

    @Override
    public List<TaskExecution> executions() {
        return List.of();
    }

    @Override
    public synchronized int terminate(AgentId agent, String reason) {
        return alive.remove(agent) == null ? 0 : 1;
    }

    @Override
    public synchronized int terminateAll(SessionId session, String reason) {
        int before = alive.size();
        alive.values().removeIf(agent -> agent.session().equals(session));
        return before - alive.size();
    }
}
