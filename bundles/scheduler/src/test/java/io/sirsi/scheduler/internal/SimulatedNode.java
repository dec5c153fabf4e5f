package io.sirsi.scheduler.internal;

import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentRuntime;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.agent.AgentSpec;
import io.sirsi.agent.Health;
import io.sirsi.agent.TaskExecution;
import io.sirsi.event.Event;
import io.sirsi.event.SubscriberOptions;
import io.sirsi.journal.JournalException;
import io.sirsi.journal.JournalListener;
import io.sirsi.journal.JournalOptions;
import io.sirsi.journal.JournalState;
import io.sirsi.journal.internal.DefaultJournal;
import io.sirsi.journal.internal.SimulatedDisk;
import io.sirsi.session.SessionId;
import io.sirsi.task.TaskAssignment;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A machine with its disk, clocks and agents, and what runs of the scheduler on it. Everything
 * happens on the thread that asks for it: the log makes a turn when it is told to.
 */
final class SimulatedNode {

    /** Small files, so that they are filled, dropped and used again within a day. */
    private static final JournalOptions LOG = new JournalOptions(1 << 16, 1 << 14, 1 << 12);

    /** So few tasks in a file of the history that indexes are made. */
    private static final int TASKS_PER_FILE = 16;

    private static final Duration HISTORY_KEEP = Duration.ofDays(7);
    private static final int QUARANTINE_AFTER = 4;

    final Random random;
    final SimulatedDisk disk;
    final ManualClock clock = new ManualClock(Bench.NOW);
    final LocalBus bus = new LocalBus();
    ScriptedAgents agents = new ScriptedAgents();
    private final Seams seams;
    private final HistoryChecker checker;

    private @Nullable Parts parts;

    /** What is there for as long as a scheduler runs. */
    private record Parts(
            TaskEngine engine,
            DefaultJournal journal,
            HistoryStore history,
            Snapshotter snapshotter) {}

    SimulatedNode(long seed, Seams seams) {
        this.random = new Random(seed);
        this.disk = new SimulatedDisk(seed);
        this.seams = seams;
        this.checker = new HistoryChecker(clock);
        bus.remembers = false;
        bus.subscribe(Event.class, SubscriberOptions.sync("checker"), checker::heard);
        agents.type("aws", 1, "work");
        agents.type("wide", 3, "work");
    }

    HistoryChecker checker() {
        return checker;
    }

    boolean isUp() {
        return parts != null;
    }

    TaskEngine engine() {
        return now().engine();
    }

    private Parts now() {
        Parts some = parts;
        if (some == null) {
            throw new IllegalStateException("no scheduler runs");
        }
        return some;
    }

    // ---- one step ----

    /** {@return whether the log had anything to do} */
    boolean journalTurn() {
        return now().journal().turn();
    }

    void snapshot() {
        try {
            now().snapshotter().take();
        } catch (IOException | JournalException refused) {
            checker.note("no snapshot");
        }
    }

    /** {@return whether the log has failed and must be opened anew} */
    boolean isLost() {
        return isUp() && engine().lost().isPresent();
    }

    /** The machine loses its power, and starts again as soon as it can. */
    void losePower() {
        parts = null;
        disk.crash();
        agents = agents.afterCrash();
        checker.nodeDied(true);
    }

    /** The process dies; what it had written stays. */
    void die() {
        parts = null;
        disk.kill();
        agents = agents.afterCrash();
        checker.nodeDied(false);
    }

    /** The scheduler ends in an orderly way; its agents go on. */
    void stop() {
        Parts old = now();
        checker.note("stop");
        old.engine().close();
        parts = null;
        old.journal().close();
        try {
            old.history().close();
        } catch (IOException refused) {
            checker.note("the history did not close well");
        }
        checker.schedulerStopped();
    }

    /** {@return whether there is a scheduler now} */
    boolean start() {
        try {
            open();
            return true;
        } catch (IOException | JournalException refused) {
            checker.note("it does not open");
            return false;
        }
    }

    private void open() throws IOException {
        HistoryStore history =
                HistoryStore.open(
                        new SimulatedHistoryDisk(disk.folder("history")),
                        new HistoryStore.Settings(HISTORY_KEEP, 1 << 20, TASKS_PER_FILE),
                        clock,
                        random);
        DefaultJournal journal = null;
        boolean whole = false;
        try {
            SchedulerSettings settings =
                    new SchedulerSettings(
                            new SchedulerSettings.Waits(Bench.AGING, Bench.GRACE, HISTORY_KEEP),
                            200,
                            50,
                            QUARANTINE_AFTER,
                            List.of());
            Matching matching =
                    new Matching(new Ageing(Bench.AGING.toNanos()), Limits.parse(List.of()));
            TaskReplay replay = new TaskReplay(matching);
            journal = DefaultJournal.open(disk, "log", LOG, clock, seams.reader(replay));
            TaskEngine engine =
                    new TaskEngine(
                            seams.agents(new WatchedAgents()),
                            bus,
                            new TaskEngine.Stores(
                                    new TaskLog(seams.journal(journal), replay.kinds()),
                                    seams.history(history),
                                    matching),
                            settings,
                            new TaskEngine.World(
                                    new MonotonicWall(clock, seams.nanoTime(clock)),
                                    random,
                                    new SeededIds(random),
                                    new SeededIds(random)),
                            () -> {});
            journal.listen(new Listener(engine));
            List<ScriptedAgents.Run> outlived = checker.runsBefore(agents);
            engine.resume(replay);
            if (engine.lost().isPresent()) {
                throw new IOException("it failed at once");
            }
            parts = new Parts(engine, journal, history, engine.snapshotter(0));
            whole = true;
            checker.opened(engine, outlived);
        } finally {
            if (!whole) {
                if (journal != null) {
                    journal.close();
                }
                closeAnyway(history);
            }
        }
    }

    private void closeAnyway(HistoryStore history) {
        try {
            history.close();
        } catch (IOException refused) {
            checker.note("the history did not close well");
        }
    }

    private record Listener(TaskEngine engine) implements JournalListener {
        @Override
        public void written(long position) {
            engine.logMoved();
        }

        @Override
        public void forced(long position) {
            engine.logMoved();
        }

        @Override
        public void changed(JournalState state, String sentence) {
            engine.logChanged(state, sentence);
        }
    }

    /** The agents as they are, each start told to the checker in the moment in which it happens. */
    private final class WatchedAgents implements AgentRuntime {

        @Override
        public Optional<TaskExecution> tryExecute(AgentId agent, TaskAssignment assignment) {
            Optional<TaskExecution> taken = agents.tryExecute(agent, assignment);
            taken.ifPresent(run -> checker.started((ScriptedAgents.Run) run));
            return taken;
        }

        @Override
        public List<TaskExecution> executions() {
            return agents.executions();
        }

        @Override
        public AgentSnapshot spawn(SessionId session, AgentSpec spec) {
            return agents.spawn(session, spec);
        }

        @Override
        public Optional<AgentSnapshot> find(AgentId agent) {
            return agents.find(agent);
        }

        @Override
        public List<AgentSnapshot> list() {
            return agents.list();
        }

        @Override
        public List<AgentDescriptor> types() {
            return agents.types();
        }

        @Override
        public Health health(AgentId agent) {
            return agents.health(agent);
        }

        @Override
        public int terminate(AgentId agent, String reason) {
            return agents.terminate(agent, reason);
        }

        @Override
        public int terminateAll(SessionId session, String reason) {
            return agents.terminateAll(session, reason);
        }
    }
}
