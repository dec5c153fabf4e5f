package io.sirsi.agents.internal;

import io.sirsi.agent.AgentCapabilities;
import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentSpec;
import io.sirsi.agent.AgentType;
import io.sirsi.agent.Health;
import io.sirsi.spi.agent.Agent;
import io.sirsi.spi.agent.AgentContext;
import io.sirsi.spi.agent.AgentProvider;
import io.sirsi.spi.agent.TaskContext;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskOutcome;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** A provider whose agents leave something of themselves wherever they can. */
public final class MessyProvider implements AgentProvider {

    private static final ThreadLocal<Object> LEFT = new ThreadLocal<>();
    private static final InheritableThreadLocal<Object> HANDED_ON = new InheritableThreadLocal<>();

    /** Made by reflection. */
    public MessyProvider() {}

    @Override
    public AgentDescriptor descriptor() {
        return new AgentDescriptor(
                new AgentType("messy"),
                "messy",
                AgentCapabilities.NONE.canSpawnSubAgents(),
                Set.of("work"),
                1);
    }

    @Override
    public Agent create(AgentContext context) {
        return new MessyAgent(context);
    }

    /** Its own kind of failure. */
    static final class OwnException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Leaves things in thread locals, in the context loader and in exceptions. */
    static final class MessyAgent implements Agent {

        private final AgentContext context;

        MessyAgent(AgentContext context) {
            this.context = context;
        }

        @Override
        public TaskOutcome run(TaskContext task) throws Exception {
            LEFT.set(this);
            HANDED_ON.set(this);
            Thread.currentThread().setContextClassLoader(MessyAgent.class.getClassLoader());
            if (task.fence() == 1) {
                context.spawn(AgentSpec.of("messy"));
                return new TaskOutcome.Succeeded(task.elapsed(), Payload.NONE);
            }
            if (task.fence() == 2) {
                throw new OwnException();
            }
            new CountDownLatch(1).await();
            throw new OwnException();
        }

        @Override
        public Health health() {
            throw new OwnException();
        }

        @Override
        public void stop() {
            throw new OwnException();
        }
    }
}
