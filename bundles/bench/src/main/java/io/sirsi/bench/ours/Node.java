package io.sirsi.bench.ours;

import io.sirsi.bench.harness.Tally;
import io.sirsi.bench.harness.WorkFolder;
import io.sirsi.journal.internal.LocalJournals;
import io.sirsi.scheduler.internal.BenchScheduler;
import io.sirsi.session.SessionId;
import io.sirsi.task.AgentConstraint;
import io.sirsi.task.Delivery;
import io.sirsi.task.Payload;
import io.sirsi.task.Priority;
import io.sirsi.task.TaskScheduler;
import io.sirsi.task.TaskSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A scheduler, its log and its agents in a folder. */
final class Node implements AutoCloseable {

    static final SessionId SESSION = new SessionId("s-" + "0".repeat(26));

    private final Path folder;
    private final Tally tally = new Tally();
    private final LocalJournals journals;
    private final LeanAgents agents;
    private final BenchScheduler scheduler;

    private Node(Path folder) {
        this.folder = folder;
        this.journals = LocalJournals.in(folder.resolve("journal"));
        this.agents = new LeanAgents(SESSION, tally);
        this.scheduler =
                new BenchScheduler(agents, new QuietBus(), journals, folder.resolve("history"));
    }

    /** Opens one; the folder may hold what an earlier one has left. */
    static Node open(Path folder) throws IOException {
        Files.createDirectories(folder);
        Node node = new Node(folder);
        node.agents.start();
        node.scheduler.start();
        return node;
    }

    TaskScheduler scheduler() {
        return scheduler.scheduler();
    }

    Tally tally() {
        return tally;
    }

    /** {@return a task with all features on: a capability, a timeout, retries, a priority} */
    static TaskSpec spec(Delivery delivery, Priority priority) {
        return TaskSpec.of(LeanAgents.TASK_TYPE)
                .delivery(delivery)
                .priority(priority)
                .constraint(AgentConstraint.requireCapability(LeanAgents.WANTED))
                .timeout(Duration.ofMinutes(1));
    }

    /** {@return the input of a task that is to be timed} */
    static Payload timed(int place) {
        return Payload.json(Integer.toString(place));
    }

    /** Stops it; the folder stays. */
    @Override
    public void close() {
        scheduler.close();
        journals.close();
        agents.close();
    }

    /** Stops it and removes its folder. */
    void remove() {
        close();
        try {
            WorkFolder.remove(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + folder, e);
        }
    }
}
