package io.sirsi.bench.scenario;

import io.sirsi.bench.harness.Allowance;
import io.sirsi.bench.harness.Contender;
import io.sirsi.bench.harness.Figures;
import io.sirsi.bench.harness.GraphContender;
import io.sirsi.bench.harness.Measure;
import io.sirsi.bench.harness.OpenLoop;
import io.sirsi.bench.harness.Scenario;
import io.sirsi.bench.harness.Submitters;
import io.sirsi.bench.harness.TaskContender;
import io.sirsi.bench.harness.Throughput;
import io.sirsi.bench.harness.TimerContender;
import io.sirsi.bench.harness.WorkFolder;
import io.sirsi.bench.limit.CountedGraph;
import io.sirsi.bench.limit.Inline;
import io.sirsi.bench.limit.LinkedTimeouts;
import io.sirsi.bench.limit.RawFile;
import io.sirsi.bench.limit.RawFiles;
import io.sirsi.bench.limit.RawTaskLog;
import io.sirsi.bench.limit.Ring;
import io.sirsi.bench.ours.ChildJvm;
import io.sirsi.bench.ours.JournalAppends;
import io.sirsi.bench.ours.SchedulerGraphs;
import io.sirsi.bench.ours.SchedulerTasks;
import io.sirsi.bench.peer.DbScheduler;
import io.sirsi.bench.peer.ForkJoin;
import io.sirsi.bench.peer.Futures;
import io.sirsi.bench.peer.H2;
import io.sirsi.bench.peer.JobRunner;
import io.sirsi.bench.peer.NettyWheel;
import io.sirsi.bench.peer.Postgres;
import io.sirsi.bench.peer.Quartz;
import io.sirsi.bench.peer.RedisStreams;
import io.sirsi.bench.peer.ScheduledPool;
import io.sirsi.bench.peer.ThreadPool;
import io.sirsi.scheduler.internal.BenchWheel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The rows about the scheduler and its journal. */
public final class SchedulerScenarios {

    private static final int[] BATCHES = {1, 32, 256};

    private final WorkFolder folder;
    private final Effort effort;

    /** How long it may take. */
    public enum Effort {
        /** As long as it needs. */
        FULL(1_000_000, 1_000_000, 1_000, 1.5, 8),
        /** To see roughly where things are. */
        QUICK(200_000, 1_000_000, 300, 0.3, 3),
        /** Only to see that everything works. */
        SMOKE(500, 50_000, 20, 0.02, 1);

        private final int tasks;
        private final int waiting;
        private final int side;
        private final double seconds;
        private final int windows;

        Effort(int tasks, int waiting, int side, double seconds, int windows) {
            this.tasks = tasks;
            this.waiting = waiting;
            this.side = side;
            this.seconds = seconds;
            this.windows = windows;
        }
    }

    /**
     * Makes them.
     *
     * @param folder where durable contenders write
     * @param effort how long it may take
     */
    public SchedulerScenarios(WorkFolder folder, Effort effort) {
        this.folder = folder;
        this.effort = effort;
    }

    /** {@return all scenarios, in the order of the table} */
    public List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        all.add(
                new TaskThroughput(
                        "T1",
                        "volatile submit → run, random priorities, tasks a second",
                        volatileTasks(),
                        throughput(effort.tasks)));
        all.add(new Graphs(graphs(), effort.side));
        all.add(latency("T3-1k", 1_000, withQuartz(latencyPeers())));
        all.add(latency("T3-5k", 5_000, latencyPeers()));
        all.add(new Timeouts(timers(), effort.tasks / 5, effort.seconds / 2));
        for (int batch : BATCHES) {
            all.add(new Appends(appends(), batch, effort.seconds));
        }
        all.add(
                new TaskThroughput(
                        "D2",
                        "durable submit → run → completion logged, tasks a second",
                        durableTasks(),
                        throughput(effort.tasks)));
        all.add(
                new DurableLatency(
                        new RawFile(folder, RawFile.Way.FORCE),
                        durableLatencies(),
                        new OpenLoop(1_000, effort.windows, Submitters.THREADS),
                        effort.seconds));
        all.add(new LogLayout(folder, effort.seconds));
        all.add(
                memory(
                        "memory",
                        "heap a waiting task beyond its payload, an object with a text of 64 bytes",
                        64));
        all.add(memory("memory-bare", "heap a waiting task without a payload", 0));
        all.add(
                ownJvm(
                        new Measure(
                                "recovery",
                                String.format(
                                        Locale.ROOT, "opening with %,d live tasks", effort.waiting),
                                "millis",
                                Measure.Unit.MILLIS),
                        new Allowance(Figures.of("millis", 5_000), "5 s for a million"),
                        new ChildJvm(folder, ChildJvm.Probe.RECOVERY, effort.waiting, 64)));
        return all;
    }

    private Scenario memory(String id, String title, int payloadBytes) {
        return ownJvm(
                new Measure(
                        id,
                        String.format(Locale.ROOT, "%s, %,d of them", title, effort.waiting),
                        "bytes",
                        Measure.Unit.BYTES),
                new Allowance(Figures.of("bytes", 200), "200 bytes a task"),
                new ChildJvm(folder, ChildJvm.Probe.MEMORY, effort.waiting, payloadBytes));
    }

    private static Scenario ownJvm(Measure measure, Allowance allowance, ChildJvm child) {
        return new Alone(
                measure.id(),
                measure.what(),
                List.of(allowance, child),
                List.of(measure),
                Alone.Pace.OWN_JVM);
    }

    private Throughput throughput(int most) {
        return new Throughput(
                new Throughput.Slices(
                        Math.min(500, most), most, effort.seconds, effort.seconds * 2));
    }

    private Scenario latency(String id, int rate, List<? extends TaskContender> contenders) {
        return new TaskLatency(
                id,
                String.format("submit → start at %,d a second", rate),
                contenders,
                new OpenLoop(rate, effort.windows, 1));
    }

    private List<TaskContender> volatileTasks() {
        return List.of(
                new Ring(),
                SchedulerTasks.inMemory(folder),
                new ForkJoin(),
                new ThreadPool(ThreadPool.Order.PRIORITY),
                Quartz.inMemory(),
                JobRunner.inMemory());
    }

    private List<GraphContender> graphs() {
        return List.of(new CountedGraph(), new SchedulerGraphs(folder), new Futures());
    }

    private List<TaskContender> latencyPeers() {
        return List.of(
                new Inline(),
                SchedulerTasks.inMemory(folder),
                new ThreadPool(ThreadPool.Order.FIFO),
                new ForkJoin());
    }

    private static List<TaskContender> withQuartz(List<TaskContender> contenders) {
        List<TaskContender> more = new ArrayList<>(contenders);
        more.add(Quartz.inMemory());
        return more;
    }

    private List<TimerContender> timers() {
        return List.of(
                new LinkedTimeouts(), new BenchWheel(), new NettyWheel(), new ScheduledPool());
    }

    private List<Contender> appends() {
        return List.of(new RawFiles(folder), new JournalAppends(folder));
    }

    private List<TaskContender> durableTasks() {
        return List.of(
                new RawTaskLog(new RawFile(folder, RawFile.Way.FORCE)),
                SchedulerTasks.durableBatches(folder),
                new RedisStreams(folder),
                DbScheduler.batched(new Postgres(folder)),
                DbScheduler.batched(new H2(folder)),
                Quartz.on(new H2(folder)),
                JobRunner.on(new H2(folder)));
    }

    private List<TaskContender> durableLatencies() {
        return List.of(SchedulerTasks.durable(folder), DbScheduler.single(new Postgres(folder)));
    }
}
