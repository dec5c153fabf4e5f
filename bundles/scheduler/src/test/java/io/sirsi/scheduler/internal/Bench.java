package io.sirsi.scheduler.internal;

import io.sirsi.id.RandomIds;
import io.sirsi.session.SessionId;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;

/** An engine on a manual clock with scripted agents. */
final class Bench {

    static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    static final SessionId SESSION = new SessionId("s-00000000000000000000000001");
    static final SessionId OTHER = new SessionId("s-00000000000000000000000002");
    static final Duration GRACE = Duration.ofSeconds(5);
    static final Duration AGING = Duration.ofMinutes(1);

    final ManualClock clock = new ManualClock(NOW);
    final LocalBus bus = new LocalBus();
    final ScriptedAgents agents = new ScriptedAgents();
    final TaskEngine engine;
    int wakeUps;

    Bench() {
        this(new SchedulerSettings(AGING, GRACE, 1_000_000, 1_000_000), 1);
    }

    Bench(SchedulerSettings settings, long seed) {
        Random random = new Random(seed);
        engine =
                new TaskEngine(
                        agents,
                        bus,
                        new InMemoryTaskStore(settings.historyLimit()),
                        settings,
                        new TaskEngine.World(clock, clock, random, new RandomIds(random)),
                        () -> wakeUps++);
        agents.type("aws", 1, "work", "other");
    }

    /** Makes turns until nothing is left to do at this time. */
    void run() {
        int turns = 0;
        while (engine.runDue() == 0) {
            if (++turns > 10_000) {
                throw new AssertionError("the engine finds no rest");
            }
        }
    }

    /** Lets time pass in one step, then makes turns. */
    void pass(Duration time) {
        clock.pass(time);
        run();
    }

    TaskId submit(TaskSpec spec) {
        return engine.schedule(SESSION, spec);
    }

    TaskState state(TaskId task) {
        return engine.find(task).orElseThrow().state();
    }

    String stateName(TaskId task) {
        return state(task).name();
    }

    ScriptedAgents.Run last(TaskId task) {
        return agents.last(task);
    }
}
