package io.sirsi.scheduler.internal;

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

    final ManualClock clock;
    final LocalBus bus;
    final ScriptedAgents agents;
    final InstantJournal journal;
    final ListHistory history;
    final SchedulerSettings settings;
    final Random random;
    TaskEngine engine;
    TaskReplay.Summary found;
    int wakeUps;

    Bench() {
        this(settings(1_000_000), 1);
    }

    Bench(SchedulerSettings settings, long seed) {
        this.settings = settings;
        this.random = new Random(seed);
        this.clock = new ManualClock(NOW);
        this.bus = new LocalBus();
        this.agents = new ScriptedAgents();
        this.journal = new InstantJournal();
        this.history = new ListHistory();
        open();
        agents.type("aws", 1, "work", "other");
    }

    private Bench(Bench before, InstantJournal journal, ScriptedAgents agents) {
        this.settings = before.settings;
        this.random = before.random;
        this.clock = before.clock;
        this.bus = before.bus;
        this.agents = agents;
        this.journal = journal;
        this.history = before.history;
        open();
    }

    private void open() {
        Matching matching =
                new Matching(
                        new Ageing(settings.waits().agingInterval().toNanos()),
                        Limits.parse(settings.limits()));
        TaskReplay replay = new TaskReplay(matching);
        journal.replay(replay);
        engine =
                new TaskEngine(
                        agents,
                        bus,
                        new TaskEngine.Stores(
                                new TaskLog(journal, replay.kinds()), history, matching),
                        settings,
                        new TaskEngine.World(
                                new MonotonicWall(clock, clock),
                                random,
                                new SeededIds(random),
                                new SeededIds(random)),
                        () -> wakeUps++);
        found = engine.resume(replay);
    }

    /** {@return the next scheduler after this one was replaced; agents go on meanwhile} */
    Bench replaced() {
        engine.close();
        return new Bench(this, journal.afterPowerLoss(), agents);
    }

    /** {@return the next node after this one lost its power, and with it all that ran} */
    Bench afterPowerLoss() {
        return new Bench(this, journal.afterPowerLoss(), agents.afterCrash());
    }

    static SchedulerSettings settings(int maxUnfinished, String... limits) {
        return settings(GRACE, maxUnfinished, limits);
    }

    static SchedulerSettings settings(Duration grace, int maxUnfinished, String... limits) {
        return new SchedulerSettings(
                new SchedulerSettings.Waits(AGING, grace, Duration.ofDays(7)),
                maxUnfinished,
                1_000_000,
                5,
                java.util.List.of(limits));
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
