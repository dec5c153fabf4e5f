package io.sirsi.bench.wasm;

import io.sirsi.bench.harness.WorkFolder;
import io.sirsi.spi.agent.Agent;
import io.sirsi.task.TaskOutcome;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;

/**
 * A program: many hot reloads while two threads call, and what they leave behind. What is in use is
 * looked at while the callers hold still.
 */
public final class ReloadProbe {

    /** From this one on nothing may grow. */
    private static final int SETTLED = 20;

    private static final int CALLERS = 2;

    private final LoaderNode node;
    private final ReentrantReadWriteLock calling = new ReentrantReadWriteLock(true);
    private final AtomicBoolean over = new AtomicBoolean();
    private final LongAdder answered = new LongAdder();
    private final LongAdder failed = new LongAdder();

    private ReloadProbe(LoaderNode node) {
        this.node = node;
    }

    /** What is in use. */
    private record Use(long heap, long classes, long copies) {}

    /**
     * Measures.
     *
     * @param arguments a folder, the engine, how many reloads
     * @throws Exception where it fails
     */
    public static void main(String[] arguments) throws Exception {
        WorkFolder folder = new WorkFolder(Path.of(arguments[0]));
        EngineKind kind = EngineKind.valueOf(arguments[1].toUpperCase(Locale.ROOT));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (EngineKind.Running running = kind.ours();
                LoaderNode node =
                        new LoaderNode(
                                folder,
                                running.engine(),
                                Guests.answering("1.0.0", Guests.SMALL))) {
            new ReloadProbe(node).run(Integer.parseInt(arguments[2]), out);
        }
    }

    private void run(int reloads, PrintStream out) throws Exception {
        List<Thread> callers = new ArrayList<>();
        for (int i = 1; i <= CALLERS; i++) {
            Agent agent = node.agent(i);
            Thread caller = new Thread(() -> call(agent), "bench-caller-" + i);
            caller.start();
            callers.add(caller);
        }
        Agent own = node.agent(0);
        Use settled = null;
        try {
            for (int i = 1; i <= reloads; i++) {
                String version = "1.0." + i;
                node.reload(own, version, Guests.answering(version, Guests.SMALL));
                if (i == SETTLED) {
                    settled = use();
                }
            }
            Use end = use();
            if (settled == null) {
                throw new IllegalArgumentException("there must be more than 20 reloads");
            }
            report(settled, end, out);
        } finally {
            over.set(true);
            for (Thread caller : callers) {
                caller.join(TimeUnit.SECONDS.toMillis(30));
            }
        }
    }

    private void report(Use settled, Use end, PrintStream out) {
        long all = answered.sum() + failed.sum();
        out.printf(Locale.ROOT, "answered=%.9f%n", (double) answered.sum() / all);
        out.printf(Locale.ROOT, "heap=%.5f%n", (double) end.heap() / settled.heap());
        out.printf(Locale.ROOT, "classes=%.5f%n", (double) end.classes() / settled.classes());
        out.printf(
                Locale.ROOT,
                "copies=%.5f%n",
                (double) Math.max(1, end.copies()) / Math.max(1, settled.copies()));
        System.err.printf(
                Locale.ROOT,
                "  %d calls, %d failed; heap %.2f then %.2f MiB, classes %.2f then %.2f MiB, copies"
                        + " of the library %d then %d%n",
                all,
                failed.sum(),
                settled.heap() / 1048576.0,
                end.heap() / 1048576.0,
                settled.classes() / 1048576.0,
                end.classes() / 1048576.0,
                settled.copies(),
                end.copies());
    }

    private void call(Agent agent) {
        try {
            while (!over.get()) {
                calling.readLock().lock();
                try {
                    TaskOutcome outcome = LoaderNode.run(agent);
                    (outcome instanceof TaskOutcome.Succeeded ? answered : failed).increment();
                } finally {
                    calling.readLock().unlock();
                }
            }
        } catch (InterruptedException leaving) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            failed.increment();
            throw new IllegalStateException("a caller has failed", e);
        }
    }

    private Use use() throws IOException, InterruptedException {
        calling.writeLock().lock();
        try {
            return new Use(Heap.used(), Heap.classes(), copies());
        } finally {
            calling.writeLock().unlock();
        }
    }

    /** Each copy of the native library has one part that can be executed. */
    private static long copies() throws IOException {
        Path maps = Path.of("/proc/self/maps");
        if (!Files.exists(maps)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(maps)) {
            return lines.filter(line -> line.contains("libwasmtime_jni") && line.contains(" r-xp "))
                    .count();
        }
    }
}
