package io.sirsi.crashtest;

import io.sirsi.agent.AgentRuntime;
import io.sirsi.event.EventBus;
import io.sirsi.task.TaskScheduler;
import java.io.IOException;
import java.nio.file.Path;

/** A scheduler that is put to the test. An implementation has a constructor without parameters. */
public interface Subject {

    /** A scheduler that runs. */
    interface Open extends AutoCloseable {

        /** {@return it} */
        TaskScheduler scheduler();

        @Override
        void close();
    }

    /**
     * Opens the scheduler whose state is in a folder, and lets it run.
     *
     * @param folder where it keeps its state; empty at first
     * @param agents who runs tasks
     * @param bus where its facts go
     * @return the scheduler, recovered
     * @throws IOException if it cannot be opened
     */
    Open open(Path folder, AgentRuntime agents, EventBus bus) throws IOException;
}
