package io.sirsi.bench.ours;

import io.sirsi.bench.harness.Contender;
import io.sirsi.bench.harness.Figures;
import io.sirsi.bench.harness.WorkFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The scheduler in a JVM of its own with 512 MiB of heap. */
public final class ChildJvm implements Contender {

    private static final String HEAP = "-Xmx512m";
    private static final long PATIENCE_MINUTES = 5;

    private final WorkFolder folder;
    private final Probe probe;
    private final int tasks;
    private final int payloadBytes;

    /** What it does there. */
    public enum Probe {
        /** Fills it with waiting tasks and looks at the heap. */
        MEMORY,
        /** Fills it with waiting tasks, and opens it again in another JVM. */
        RECOVERY
    }

    /**
     * Makes one.
     *
     * @param folder where its log will be
     * @param probe what it does
     * @param tasks how many tasks wait
     * @param payloadBytes how many bytes each takes along; 0 for no payload
     */
    public ChildJvm(WorkFolder folder, Probe probe, int tasks, int payloadBytes) {
        this.folder = folder;
        this.probe = probe;
        this.tasks = tasks;
        this.payloadBytes = payloadBytes;
    }

    @Override
    public String id() {
        return Contender.OURS;
    }

    @Override
    public String durability() {
        return String.format("durable tasks on the disk; a JVM of its own with %s", HEAP);
    }

    @Override
    public void start() {}

    /**
     * Runs it; blocks until it has ended.
     *
     * @return what it printed
     * @throws IOException where it cannot run, or failed
     * @throws InterruptedException if interrupted
     */
    public Figures run() throws IOException, InterruptedException {
        Path made = folder.fresh("child");
        try {
            Figures filled = child(WaitingTasks.FILL, made);
            return probe == Probe.MEMORY ? filled : child(WaitingTasks.OPEN, made);
        } finally {
            WorkFolder.remove(made);
        }
    }

    private Figures child(String word, Path place) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        HEAP,
                                        "-XX:+UseParallelGC",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        WaitingTasks.class.getName(),
                                        word,
                                        place.toString(),
                                        Integer.toString(tasks),
                                        Integer.toString(payloadBytes)))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IOException("the JVM that was to " + word + " tasks did not end");
        }
        if (process.exitValue() != 0) {
            throw new IOException(
                    "the JVM that was to " + word + " tasks ended with " + process.exitValue());
        }
        Map<String, Double> figures = new LinkedHashMap<>();
        said.lines()
                .map(line -> line.split("="))
                .filter(parts -> parts.length == 2)
                .forEach(parts -> figures.put(parts[0], Double.valueOf(parts[1])));
        return new Figures(figures);
    }

    @Override
    public void close() {}
}
