package io.sirsi.crashtest;

import io.sirsi.agent.AgentRuntime;
import io.sirsi.event.EventBus;
import java.io.IOException;
import java.nio.file.Path;

/** The toy, with the bug that the process was started with. */
public final class ToySubject implements Subject {

    static final String BUG = "sirsi.crashtest.bug";

    @Override
    public Open open(Path folder, AgentRuntime agents, EventBus bus) throws IOException {
        return new ToyScheduler(folder, agents, bus, Bug.valueOf(System.getProperty(BUG, "NONE")));
    }
}
