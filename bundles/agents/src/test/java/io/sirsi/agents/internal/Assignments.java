package io.sirsi.agents.internal;

import io.sirsi.failure.RefusedException;
import io.sirsi.session.SessionId;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskAssignment;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskMonitor;
import io.sirsi.task.TaskOutcome;
import io.sirsi.task.TaskSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Assignments as a scheduler would make them, with monitors that remember. */
final class Assignments {

    static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    static final SessionId SESSION = new SessionId("s-00000000000000000000000001");
    static final SessionId OTHER_SESSION = new SessionId("s-00000000000000000000000002");

    private int number;

    Assignment next() {
        return next(Duration.ofMinutes(10));
    }

    Assignment next(Duration timeout) {
        number++;
        return new Assignment(
                TaskId.of(0, number), TaskSpec.of("work").timeout(timeout), number, new Ear());
    }

    /** One attempt. */
    record Assignment(TaskId task, TaskSpec spec, long fence, Ear monitor)
            implements TaskAssignment {

        @Override
        public int attempt() {
            return 1;
        }

        @Override
        public Duration timeout() {
            return spec.timeout();
        }

        /** Waits for its end, as its first monitor hears of it. */
        TaskOutcome outcome() throws Exception {
            return monitor.outcome();
        }
    }

    /** Hears what is said of one attempt. Fails the test that tells it the end twice. */
    static final class Ear implements TaskMonitor {

        final List<String> said = new CopyOnWriteArrayList<>();
        final List<ClassLoader> loaders = new CopyOnWriteArrayList<>();
        final List<TaskOutcome> ends = new CopyOnWriteArrayList<>();
        final CompletableFuture<TaskOutcome> end = new CompletableFuture<>();
        volatile Runnable onEnd = () -> {};

        TaskOutcome outcome() throws Exception {
            return end.get(30, TimeUnit.SECONDS);
        }

        @Override
        public void progress(long done, long total, String note) {
            said.add(done + "/" + total + " " + note);
        }

        @Override
        public void heartbeat(String resumeToken) {
            said.add("alive at '" + resumeToken + "'");
        }

        @Override
        public Optional<String> resumeToken() {
            return Optional.of("page 7");
        }

        @Override
        public void log(String line) {
            said.add(line);
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

        @Override
        public void ended(TaskOutcome outcome) {
            ends.add(outcome);
            onEnd.run();
            end.complete(outcome);
        }
    }
}
