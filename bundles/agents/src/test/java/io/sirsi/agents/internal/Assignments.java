package io.sirsi.agents.internal;

import io.sirsi.agent.AgentId;
import io.sirsi.failure.RefusedException;
import io.sirsi.session.SessionId;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskAssignment;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskMonitor;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Assignments as a scheduler would make them, with a monitor that remembers. */
final class Assignments implements TaskMonitor {

    static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    static final SessionId SESSION = new SessionId("s-00000000000000000000000001");
    static final SessionId OTHER_SESSION = new SessionId("s-00000000000000000000000002");

    final List<String> notes = new CopyOnWriteArrayList<>();
    final List<ClassLoader> loaders = new CopyOnWriteArrayList<>();
    private int number;

    TaskAssignment next(AgentId agent) {
        return next(agent, Duration.ofMinutes(10));
    }

    TaskAssignment next(AgentId agent, Duration timeout) {
        number++;
        return new TaskAssignment(
                new TaskSnapshot(
                        new TaskId(String.format("t-%026d", number)),
                        SESSION,
                        TaskSpec.of("work").timeout(timeout),
                        new TaskState.Running(agent, 1, number, NOW),
                        NOW),
                1,
                number,
                NOW.plus(timeout),
                this);
    }

    @Override
    public void progress(long done, long total, String note) {
        notes.add(done + "/" + total + " " + note);
    }

    @Override
    public TaskId submit(TaskSpec spec) {
        loaders.add(Thread.currentThread().getContextClassLoader());
        throw RefusedException.limit("no more tasks");
    }

    @Override
    public Optional<Payload> outputOf(TaskId dependency) {
        return Optional.of(Payload.json("{}"));
    }
}
