package io.sirsi.crashtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One folder, one sink, and one victim after another in it: submits, reads what is acknowledged,
 * kills, starts anew, submits again what was not acknowledged; at the end waits for all that was
 * acknowledged, and has the history checked. Runs on the thread of {@link #run}; what the victim
 * says arrives on others, and all state is guarded by this object's monitor.
 */
final class Lane {

    /**
     * What a lane is to do.
     *
     * @param seed of all that is drawn
     * @param kills how often the victim dies at least
     * @param tasks how many tasks are submitted at least
     * @param perPoint how often it dies at each named point at least
     */
    record Aim(long seed, int kills, int tasks, int perPoint) {}

    /**
     * What a lane did.
     *
     * @param kills how often the victim was killed at a random moment
     * @param atPoints how often it died at each named point
     * @param tasks how many tasks were submitted, and how many of them acknowledged
     * @param refused how many submissions were refused
     * @param readyMillis how long each life took from its start until it was ready
     * @param findings what was broken
     */
    record Result(
            int kills,
            Map<String, Integer> atPoints,
            Tasks tasks,
            int refused,
            List<Long> readyMillis,
            List<Finding> findings) {

        /** How many tasks were submitted, and how many of them acknowledged. */
        record Tasks(int submitted, int acknowledged) {}
    }

    /** What {@code kill -9} leaves, and what a named point leaves. */
    private static final int KILLED = 137;

    /** After so many deaths that nobody asked for there is nothing more to learn. */
    private static final int MOST_FAILURES = 5;

    private static final int TELL_AFTER = 100;

    private static final int WINDOW = 24;
    private static final int BACKLOG = 300;
    private static final long READY_MS = 30_000;
    private static final long POINT_MS = 4_000;
    private static final int POINT_QUOTA = 500;
    private static final long DRAIN_MS = 60_000;
    private static final long ANSWER_MS = 30_000;

    private final Setting setting;
    private final Aim aim;
    private final Path folder;
    private final Consumer<String> progress;
    private final SplittableRandom random;
    private final Workload workload;
    private final History history;

    private final Map<String, Job> jobs = new HashMap<>();
    private final Map<String, List<Job>> graphs = new HashMap<>();
    private final Map<String, String> taskOfRef = new HashMap<>();
    private final Set<String> open = new LinkedHashSet<>();
    private final Set<String> over = new HashSet<>();
    private final Map<String, String> unanswered = new LinkedHashMap<>();
    private final Deque<String> backlog = new ArrayDeque<>();
    private final Set<String> cancelsOwed = new LinkedHashSet<>();
    private final Deque<String> cancelsNow = new ArrayDeque<>();
    private final Map<String, Integer> atPoints = new TreeMap<>();
    private final List<Long> readyMillis = new ArrayList<>();
    private String lastAcknowledged = "";
    private int refused;
    private int randomKills;
    private int failures;
    private long life;

    private boolean ready;
    private boolean dead;
    private int exitCode;
    private long lastHeard;

    /**
     * Prepares a lane.
     *
     * @param setting whom it puts to the test, and how processes are started
     * @param aim what it is to do
     * @param folder an empty folder of its own
     * @param progress hears a sentence now and then
     * @throws IOException if its history cannot be written
     */
    Lane(Setting setting, Aim aim, Path folder, Consumer<String> progress) throws IOException {
        this.setting = setting;
        this.aim = aim;
        this.folder = folder;
        this.progress = progress;
        this.random = new SplittableRandom(aim.seed());
        this.workload = new Workload(random.nextLong(), "r");
        Files.createDirectories(folder);
        this.history = new History(driverFile());
        setting.points().forEach(point -> atPoints.put(point, 0));
    }

    private Path driverFile() {
        return folder.resolve("driver.jsonl");
    }

    private Path sinkFile() {
        return folder.resolve("sink.jsonl");
    }

    /**
     * Does it all.
     *
     * @throws IOException if a process cannot be started or a history not be written
     * @throws InterruptedException if this thread was interrupted
     */
    Result run() throws IOException, InterruptedException {
        Deque<Line> said = new ArrayDeque<>();
        Child sink =
                new Child(
                        setting.java()
                                .run(
                                        EffectSink.class,
                                        Long.toString(aim.seed()),
                                        sinkFile().toString()),
                        folder.resolve("sink.err"),
                        line -> {
                            synchronized (said) {
                                said.add(line);
                                said.notifyAll();
                            }
                        },
                        code -> {});
        try {
            long port = port(said);
            history.add(Line.of("run").with("seed", aim.seed()));
            while (!reached()) {
                live(port);
                if (life % TELL_AFTER == 0) {
                    progress.accept(so());
                }
            }
            drain(port);
        } finally {
            sink.leave();
            history.close();
        }
        List<Finding> findings = Checker.check(driverFile(), sinkFile());
        return new Result(
                randomKills,
                new TreeMap<>(atPoints),
                new Result.Tasks(jobs.size(), taskOfRef.size()),
                refused,
                List.copyOf(readyMillis),
                findings);
    }

    private synchronized String so() {
        return String.format(
                "%s: %,d kills, %,d tasks submitted, %,d acknowledged, %,d of them open",
                folder.getFileName(), kills(), jobs.size(), taskOfRef.size(), open.size());
    }

    private static long port(Deque<Line> said) throws InterruptedException, IOException {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(READY_MS);
        synchronized (said) {
            while (said.isEmpty() && System.nanoTime() < until) {
                said.wait(100);
            }
            Line line = said.poll();
            if (line == null || !line.is("listening")) {
                throw new IOException("the sink did not start: " + line);
            }
            return line.number("port");
        }
    }

    private synchronized boolean reached() {
        return failures > MOST_FAILURES
                || (kills() >= aim.kills()
                        && jobs.size() >= aim.tasks()
                        && atPoints.values().stream().allMatch(count -> count >= aim.perPoint()));
    }

    private int kills() {
        return randomKills + atPoints.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** One life: until a named point is reached, or until a random moment. */
    private void live(long port) throws IOException, InterruptedException {
        String point = random.nextInt(100) < 40 ? rarest() : "";
        boolean early = point.isEmpty() && random.nextInt(100) < 10;
        long killAfter = random.nextLong(5, early ? 250 : 500);
        int quota;
        synchronized (this) {
            int lives = Math.max(1, aim.kills() - kills());
            int left = Math.max(0, aim.tasks() - jobs.size());
            quota = point.isEmpty() ? Math.max(10, 2 * left / lives) : POINT_QUOTA;
            if (open.size() > BACKLOG) {
                quota = 0;
                killAfter += 500;
            }
        }
        Child victim = start(port, point);
        long born = System.nanoTime();
        long limit = born + TimeUnit.MILLISECONDS.toNanos(READY_MS);
        if (early) {
            limit = born + TimeUnit.MILLISECONDS.toNanos(killAfter);
        }
        if (await(limit)) {
            long wait = point.isEmpty() ? killAfter : POINT_MS;
            feed(victim, quota, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(wait));
        }
        bury(victim, point, early);
    }

    private synchronized String rarest() {
        int fewest = atPoints.values().stream().mapToInt(Integer::intValue).min().orElse(0);
        List<String> candidates =
                atPoints.entrySet().stream()
                        .filter(point -> point.getValue() == fewest)
                        .map(Map.Entry::getKey)
                        .toList();
        return candidates.isEmpty() ? "" : candidates.get(random.nextInt(candidates.size()));
    }

    private Child start(long port, String point) throws IOException {
        synchronized (this) {
            life++;
            ready = false;
            dead = false;
            lastHeard = System.nanoTime();
        }
        int count = random.nextInt(1, 1 + setting.passes(point));
        history.add(Line.of("start").with("life", life).with("point", point).with("count", count));
        List<String> options =
                point.isEmpty()
                        ? List.of()
                        : List.of("-Dsirsi.failpoint=" + point, "-Dsirsi.failpoint.count=" + count);
        return new Child(
                setting.java()
                        .with(options)
                        .run(
                                Victim.class,
                                setting.subject(),
                                folder.resolve("data").toString(),
                                Long.toString(port),
                                Long.toString(life)),
                folder.resolve("victim.err"),
                this::heard,
                this::ended);
    }

    /** {@return whether the victim became ready in time} */
    private synchronized boolean await(long until) throws InterruptedException {
        long born = System.nanoTime();
        while (!ready && !dead) {
            long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        if (ready) {
            readyMillis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - born));
        }
        return ready;
    }

    private void feed(Child victim, int quota, long until) throws InterruptedException {
        Deque<Runnable> first = new ArrayDeque<>();
        synchronized (this) {
            for (String owed : List.copyOf(backlog)) {
                first.add(() -> again(victim, owed));
            }
            backlog.clear();
            cancelsNow.clear();
            cancelsNow.addAll(cancelsOwed);
            for (String task : List.copyOf(open)) {
                first.add(() -> ask(victim, "find", task));
            }
        }
        int sent = 0;
        while (true) {
            Runnable next = null;
            synchronized (this) {
                long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
                if (dead || left <= 0 || silent()) {
                    return;
                }
                String task = cancelsNow.poll();
                if (task != null) {
                    next = () -> ask(victim, "cancel", task);
                } else if (unanswered.size() < WINDOW) {
                    next = first.poll();
                }
                if (next == null && (unanswered.size() >= WINDOW || sent >= quota)) {
                    wait(Math.min(left, 20));
                    continue;
                }
            }
            if (next != null) {
                next.run();
            } else {
                sent += submit(victim);
            }
        }
    }

    private boolean silent() {
        return !unanswered.isEmpty()
                && System.nanoTime() - lastHeard > TimeUnit.MILLISECONDS.toNanos(ANSWER_MS);
    }

    private int submit(Child victim) {
        List<Job> next;
        synchronized (this) {
            next = workload.next(lastAcknowledged);
            next.forEach(job -> jobs.put(job.ref(), job));
            if (!next.get(0).graph().isEmpty()) {
                graphs.put(next.get(0).graph(), next);
            }
            for (Job job : next) {
                history.add(job.line());
            }
        }
        send(victim, next);
        return next.size();
    }

    private void send(Child victim, List<Job> wanted) {
        StringBuilder lines = new StringBuilder();
        synchronized (this) {
            String graph = wanted.get(0).graph();
            if (graph.isEmpty()) {
                Job job = wanted.get(0);
                StringBuilder after = new StringBuilder();
                for (String parent : job.parents()) {
                    after.append(after.length() == 0 ? "" : " ").append(taskOfRef.get(parent));
                }
                unanswered.put("submit " + job.ref(), job.ref());
                lines.append(job.line().as("submit").with("after", after.toString())).append('\n');
            } else {
                unanswered.put("graph " + graph, graph);
                lines.append(Line.of("graph").with("graph", graph).with("nodes", wanted.size()))
                        .append('\n');
                wanted.forEach(job -> lines.append(job.line()).append('\n'));
            }
        }
        victim.tell(lines.toString());
    }

    /** Submits again what was not acknowledged; a graph after asking how much of it exists. */
    private void again(Child victim, String name) {
        List<Job> graph;
        synchronized (this) {
            graph = graphs.get(name);
        }
        if (graph == null) {
            send(victim, List.of(jobs.get(name)));
        } else {
            synchronized (this) {
                unanswered.put("count " + name, name);
            }
            victim.tell(Line.of("count").with("graph", name) + "\n");
            send(victim, graph);
        }
    }

    private void ask(Child victim, String what, String task) {
        Line line = Line.of(what).with("task", task);
        synchronized (this) {
            unanswered.put(what + " " + task, task);
            if (what.equals("cancel")) {
                cancelsOwed.add(task);
                history.add(Line.of("cancel").with("task", task));
            }
        }
        victim.tell(line + "\n");
    }

    private synchronized void heard(Line line) {
        lastHeard = System.nanoTime();
        history.add(line);
        switch (line.event()) {
            case "ready" -> ready = true;
            case "ack" -> acknowledged(line.text("ref"), line.text("task"));
            case "ack-graph" -> {
                unanswered.remove("graph " + line.text("graph"));
                String[] refs = line.text("refs").split(" ", -1);
                String[] tasks = line.text("tasks").split(" ", -1);
                for (int i = 0; i < Math.min(refs.length, tasks.length); i++) {
                    acknowledged(refs[i], tasks[i]);
                }
            }
            case "refused" -> {
                refused++;
                unanswered.remove("submit " + line.text("ref"));
                unanswered.remove("graph " + line.text("graph"));
                unanswered.remove(line.text("command") + " " + line.text("task"));
            }
            case "cancelled" -> {
                unanswered.remove("cancel " + line.text("task"));
                cancelsOwed.remove(line.text("task"));
            }
            case "state" -> {
                unanswered.remove("find " + line.text("task"));
                state(line);
            }
            case "missing" -> {
                // It is lost, and the checker will say so: nothing more comes of it.
                unanswered.remove("find " + line.text("task"));
                open.remove(line.text("task"));
            }
            case "counted" -> unanswered.remove("count " + line.text("graph"));
            case "ended" -> state(line);
            default -> {
                // It is in the history.
            }
        }
        notifyAll();
    }

    private void state(Line line) {
        if (line.flag("final")) {
            over.add(line.text("task"));
            open.remove(line.text("task"));
        }
    }

    private void acknowledged(String ref, String task) {
        unanswered.remove("submit " + ref);
        if (taskOfRef.put(ref, task) == null && !over.contains(task)) {
            open.add(task);
        }
        Job job = jobs.get(ref);
        if (job != null) {
            if (job.cancelled() && cancelsOwed.add(task)) {
                cancelsNow.add(task);
            }
            if (!job.cancelled() && !job.zombie() && job.fails() < job.attempts()) {
                lastAcknowledged = ref;
            }
        }
    }

    private synchronized void ended(int code) {
        dead = true;
        exitCode = code;
        notifyAll();
    }

    /** Sees to it that the victim is dead, and notes what it left open. */
    private void bury(Child victim, String point, boolean early) throws InterruptedException {
        boolean byItself;
        synchronized (this) {
            byItself = dead;
        }
        victim.kill();
        synchronized (this) {
            boolean fired = byItself && !point.isEmpty() && exitCode == KILLED;
            if (silent() || (!ready && !byItself && !early)) {
                history.add(Line.of("silent").with("what", unanswered.keySet().toString()));
            }
            history.add(
                    Line.of("died")
                            .with("life", life)
                            .with("how", fired ? point : "exit code " + exitCode)
                            .with("unasked", byItself && !fired ? 1 : 0));
            if (byItself && !fired) {
                failures++;
            }
            if (fired) {
                atPoints.merge(point, 1, Integer::sum);
            } else if (!byItself) {
                randomKills++;
            }
            for (String name : unanswered.keySet()) {
                String what = unanswered.get(name);
                boolean submission = name.startsWith("submit ") || name.startsWith("graph ");
                if (submission && keyed(what)) {
                    backlog.add(what);
                }
            }
            unanswered.clear();
        }
    }

    private boolean keyed(String name) {
        Job job = jobs.get(name);
        return job == null || !job.key().isEmpty();
    }

    /** The last life: all that was acknowledged ends, and every task is asked for once more. */
    private void drain(long port) throws IOException, InterruptedException {
        Child victim = start(port, "");
        if (await(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(READY_MS))) {
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DRAIN_MS);
            while (unfinished() && System.nanoTime() < until) {
                feed(victim, 0, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200));
            }
            Collection<String> all;
            synchronized (this) {
                all = List.copyOf(taskOfRef.values());
            }
            for (String task : all) {
                synchronized (this) {
                    while (unanswered.size() >= 4 * WINDOW && !dead && !silent()) {
                        wait(20);
                    }
                }
                ask(victim, "find", task);
            }
            synchronized (this) {
                while (!unanswered.isEmpty() && !dead && !silent()) {
                    wait(20);
                }
                if (!unanswered.isEmpty()) {
                    history.add(Line.of("silent").with("what", unanswered.keySet().toString()));
                }
                if (dead) {
                    history.add(
                            Line.of("died")
                                    .with("life", life)
                                    .with("how", "exit code " + exitCode)
                                    .with("unasked", 1));
                }
            }
        } else {
            history.add(Line.of("silent").with("what", "the last life did not become ready"));
            victim.kill();
        }
        victim.leave();
        history.add(Line.of("finish"));
    }

    private synchronized boolean unfinished() {
        return !dead && !(open.isEmpty() && backlog.isEmpty() && cancelsOwed.isEmpty());
    }
}
