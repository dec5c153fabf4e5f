package io.sirsi.crashtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A sink and a victim that a test leads by the hand, with their history. */
final class Rig implements AutoCloseable {

    private static final long PATIENCE_MS = 60_000;
    private static final int WINDOW = 16;
    private static final long REST_NANOS = 5_000_000;

    private final Path histories;
    private final Path data;
    private final String subject;
    private final JavaCommand java;
    private final History history;
    private final Child sink;
    private long port;
    private Child victim;
    private long life;
    private boolean ready;
    private boolean dead;

    private int jobs;
    private final Map<String, Job> waiting = new LinkedHashMap<>();
    private final List<Job> refusedJobs = new ArrayList<>();
    private final List<Line> refusals = new ArrayList<>();
    private final Map<String, String> acknowledged = new LinkedHashMap<>();
    private final Set<String> over = new HashSet<>();
    private final Set<String> asked = new HashSet<>();

    Rig(Path histories, Path data, String subject) throws IOException, InterruptedException {
        this.histories = histories;
        this.data = data;
        this.subject = subject;
        this.java = JavaCommand.here(true, histories.resolve("none.jsa"));
        Files.createDirectories(histories);
        this.history = new History(histories.resolve("driver.jsonl"));
        this.sink =
                new Child(
                        java.run(EffectSink.class, "1", histories.resolve("sink.jsonl").toString()),
                        histories.resolve("sink.err"),
                        this::listening,
                        code -> {});
        await("the sink", () -> port > 0);
        start();
    }

    private synchronized void listening(Line line) {
        port = line.number("port");
        notifyAll();
    }

    void start() throws IOException, InterruptedException {
        synchronized (this) {
            life++;
            ready = false;
            dead = false;
            history.add(Line.of("start").with("life", life));
        }
        victim =
                new Child(
                        java.run(
                                Victim.class,
                                subject,
                                data.toString(),
                                Long.toString(port),
                                Long.toString(life)),
                        histories.resolve("victim.err"),
                        this::heard,
                        this::ended);
        await("the victim", () -> ready || dead);
    }

    /** Lets the victim end in peace. */
    void stop() throws IOException, InterruptedException {
        victim.leave();
    }

    private synchronized void ended(int code) {
        dead = true;
        notifyAll();
    }

    private synchronized void heard(Line line) {
        history.add(line);
        switch (line.event()) {
            case "ready" -> ready = true;
            case "ack" -> {
                waiting.remove(line.text("ref"));
                acknowledged.put(line.text("ref"), line.text("task"));
            }
            case "refused" -> {
                Job job = waiting.remove(line.text("ref"));
                if (job != null) {
                    refusedJobs.add(job);
                }
                asked.remove(line.text("task"));
                refusals.add(line);
            }
            case "missing" -> asked.remove(line.text("task"));
            case "state", "ended" -> {
                asked.remove(line.text("task"));
                if (line.flag("final")) {
                    over.add(line.text("task"));
                }
            }
            default -> {
                // It is in the history.
            }
        }
        notifyAll();
    }

    /** Submits one more task, as soon as not too many are on their way. */
    void submit(int padding) throws InterruptedException {
        Job job;
        synchronized (this) {
            job =
                    new Job(
                            Line.of("submit")
                                    .with("ref", "r" + jobs)
                                    .with("key", "k" + jobs++)
                                    .with("priority", "NORMAL")
                                    .with("attempts", 20)
                                    .with("retry", 1)
                                    .with("timeout", PATIENCE_MS)
                                    .with("pad", padding));
            history.add(job.line());
        }
        send(job);
    }

    private void send(Job job) throws InterruptedException {
        await("room for " + job.ref(), () -> waiting.size() < WINDOW);
        synchronized (this) {
            waiting.put(job.ref(), job);
        }
        victim.tell(job.line() + "\n");
    }

    /** Submits again what was refused. */
    void submitRefusedAgain() throws InterruptedException {
        List<Job> again;
        synchronized (this) {
            again = List.copyOf(refusedJobs);
            refusedJobs.clear();
        }
        for (Job job : again) {
            send(job);
        }
    }

    /** Asks for every acknowledged task and waits for the answers. */
    void askForAll() throws InterruptedException {
        ask(acknowledgedTasks(false));
    }

    private synchronized List<String> acknowledgedTasks(boolean openOnly) {
        List<String> tasks = new ArrayList<>(acknowledged.values());
        tasks.removeIf(task -> openOnly && over.contains(task));
        return tasks;
    }

    private void ask(List<String> tasks) throws InterruptedException {
        for (String task : tasks) {
            await("answers", () -> asked.size() < 4 * WINDOW);
            synchronized (this) {
                asked.add(task);
            }
            victim.tell(Line.of("find").with("task", task) + "\n");
        }
        await("answers", () -> asked.isEmpty());
    }

    void awaitAnswers() throws InterruptedException {
        await("answers", () -> waiting.isEmpty());
    }

    /** Waits until all that was acknowledged has ended; an event may be lost, so it asks, too. */
    void awaitEnds() throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
        List<String> open = acknowledgedTasks(true);
        while (!open.isEmpty()) {
            if (System.nanoTime() > until) {
                throw new AssertionError("these do not end: " + open);
            }
            ask(open);
            open = acknowledgedTasks(true);
        }
    }

    synchronized int acknowledged() {
        return acknowledged.size();
    }

    synchronized List<Line> refusals() {
        return List.copyOf(refusals);
    }

    synchronized boolean dead() {
        return dead;
    }

    /** Waits until so many tasks are acknowledged, a new one submitted every few milliseconds. */
    long millisUntilAcknowledged(int count, int padding) throws InterruptedException {
        long began = System.nanoTime();
        while (acknowledged() < count) {
            submit(padding);
            awaitAnswers();
            rest(count);
            if (System.nanoTime() - began > TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS)) {
                throw new AssertionError("nothing was acknowledged: " + refusals());
            }
        }
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }

    /** Who is refused at once comes back a little later, or the queue grows beyond all measure. */
    private void rest(int count) {
        boolean refused;
        synchronized (this) {
            refused = !refusedJobs.isEmpty() && acknowledged.size() < count;
        }
        if (refused) {
            LockSupport.parkNanos(REST_NANOS);
        }
    }

    private synchronized void await(String what, BooleanSupplier condition)
            throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
        while (!condition.getAsBoolean()) {
            long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError("waited in vain for " + what);
            }
            wait(Math.min(left, 100));
        }
    }

    List<Finding> findings() throws IOException {
        history.close();
        return Checker.check(histories.resolve("driver.jsonl"), histories.resolve("sink.jsonl"));
    }

    @Override
    public void close() throws IOException {
        try {
            victim.kill();
            sink.leave();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            history.close();
        }
    }
}
