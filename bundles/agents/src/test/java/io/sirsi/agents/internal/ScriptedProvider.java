package io.sirsi.agents.internal;

import io.sirsi.agent.AgentCapabilities;
import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentType;
import io.sirsi.agent.Health;
import io.sirsi.spi.agent.Agent;
import io.sirsi.spi.agent.AgentContext;
import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.spi.agent.AgentProvider;
import io.sirsi.spi.agent.TaskContext;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** A provider whose agents do what a test says. */
final class ScriptedProvider implements AgentProvider {

    /** What an agent does with a task. */
    interface Script {
        TaskOutcome run(AgentContext agent, TaskContext task) throws Exception;
    }

    /** How an agent is made. */
    interface Making {
        void before(AgentContext context) throws Exception;
    }

    static final AgentCapabilities OFFERS =
            AgentCapabilities.NONE
                    .canSpawnSubAgents()
                    .domainExpertise("compute", "storage")
                    .requiredPermissions("ec2:*");

    private final AgentDescriptor descriptor;
    final List<String> stopped = new CopyOnWriteArrayList<>();
    volatile Script script =
            (agent, task) -> new TaskOutcome.Succeeded(task.elapsed(), Payload.NONE);
    volatile Making making = context -> {};
    volatile Health health = Health.ok();
    volatile Runnable stopping = () -> {};
    volatile boolean makesNothing;

    ScriptedProvider(String type, int concurrency) {
        this(type, concurrency, nothing -> OFFERS);
    }

    ScriptedProvider(String type, int concurrency, UnaryOperator<AgentCapabilities> offers) {
        descriptor =
                new AgentDescriptor(
                        new AgentType(type),
                        "scripted",
                        offers.apply(AgentCapabilities.NONE),
                        Set.of("work"),
                        concurrency);
    }

    Map<String, Object> properties() {
        return Map.of(DefaultAgentRuntime.TYPE_PROPERTY, descriptor.type().value());
    }

    @Override
    public AgentDescriptor descriptor() {
        return descriptor;
    }

    @Override
    @SuppressWarnings("NullAway")
    public Agent create(AgentContext context) throws AgentFailureException {
        try {
            making.before(context);
        } catch (AgentFailureException | RuntimeException failure) {
            throw failure;
        } catch (Exception other) {
            throw new IllegalStateException(other);
        }
        return makesNothing ? null : new ScriptedAgent(context);
    }

    private final class ScriptedAgent implements Agent {
        private final AgentContext context;

        ScriptedAgent(AgentContext context) {
            this.context = context;
        }

        @Override
        public TaskOutcome run(TaskContext task) throws Exception {
            return script.run(context, task);
        }

        @Override
        public Health health() {
            return health;
        }

        @Override
        public void stop() {
            stopped.add(context.id().value());
            stopping.run();
        }
    }

    static TaskOutcome done() {
        return new TaskOutcome.Succeeded(Duration.ZERO, Payload.NONE);
    }
}
