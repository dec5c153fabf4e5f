package io.sirsi.bench.ours;

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
import io.sirsi.bench.harness.Tally;
import io.sirsi.session.SessionId;
import io.sirsi.task.TaskAssignment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Agents that do nothing but call the tally, two of them with a thread each, so that what is
 * measured is the scheduler. They differ in their capabilities, so that these must be compared.
 * What they run is not kept for a next scheduler.
 */
public final class LeanAgents implements AgentRuntime, AutoCloseable {

    /** What every task asks for; both have it. */
    public static final String WANTED = "bench";

    /** The type of task that they run. */
    public static final String TASK_TYPE = "bench.task";

    /** How many tasks one of them holds at once. */
    private static final int PLACES = 1_024;

    private static final AgentType TYPE = new AgentType("bench");

    private final List<LeanAgent> agents = new ArrayList<>();
    private final AgentDescriptor descriptor;

    /**
     * Makes them.
     *
     * @param session where they live
     * @param tally what tasks call
     */
    public LeanAgents(SessionId session, Tally tally) {
        AgentCapabilities all =
                AgentCapabilities.NONE.domainExpertise(WANTED, "compute", "storage", "network");
        descriptor = new AgentDescriptor(TYPE, "Benchmark", all, Set.of(TASK_TYPE), PLACES);
        agents.add(agent("one", session, tally, "compute"));
        agents.add(agent("two", session, tally, "storage"));
    }

    private static LeanAgent agent(String name, SessionId session, Tally tally, String expertise) {
        AgentSpec spec =
                AgentSpec.of(TYPE.value()).capabilities(c -> c.domainExpertise(WANTED, expertise));
        AgentSnapshot snapshot =
                new AgentSnapshot(
                        new AgentId("bench-" + name),
                        session,
                        spec,
                        AgentState.READY,
                        Instant.now());
        return new LeanAgent(snapshot, tally, PLACES);
    }

    /** Starts their threads. */
    public void start() {
        agents.forEach(LeanAgent::start);
    }

    @Override
    public Optional<TaskExecution> tryExecute(AgentId agent, TaskAssignment assignment) {
        for (LeanAgent one : agents) {
            if (one.snapshot().id().equals(agent)) {
                return one.take(assignment);
            }
        }
        return Optional.empty();
    }

    @Override
    public AgentSnapshot spawn(SessionId session, AgentSpec spec) {
        throw new UnsupportedOperationException("these agents are there from the start");
    }

    @Override
    public Optional<AgentSnapshot> find(AgentId agent) {
        return list().stream().filter(one -> one.id().equals(agent)).findFirst();
    }

    @Override
    public List<AgentSnapshot> list() {
        return agents.stream().map(LeanAgent::snapshot).toList();
    }

    @Override
    public List<AgentDescriptor> types() {
        return List.of(descriptor);
    }

    @Override
    public Health health(AgentId agent) {
        return Health.ok();
    }

    @Override
    public List<TaskExecution> executions() {
        return List.of();
    }

    @Override
    public int terminate(AgentId agent, String reason) {
        throw new UnsupportedOperationException("these agents stay to the end");
    }

    @Override
    public int terminateAll(SessionId session, String reason) {
        throw new UnsupportedOperationException("these agents stay to the end");
    }

    @Override
    public void close() {
        agents.forEach(LeanAgent::close);
    }
}
