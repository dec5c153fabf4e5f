package io.sirsi.bench.ours;

import io.sirsi.bench.harness.Contender;
import io.sirsi.bench.harness.Figures;
import io.sirsi.bench.harness.JavaProcess;
import io.sirsi.bench.harness.SelfTimed;
import io.sirsi.bench.harness.WorkFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The scheduler in a JVM of its own with 512 MiB of heap. */
public final class ChildJvm implements SelfTimed {

    private static final String HEAP = "-Xmx512m";

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

    @Override
    public Figures measure() throws IOException, InterruptedException {
        Path made = folder.fresh("child");
        try {
            Figures filled = child(WaitingTasks.FILL, made);
            return probe == Probe.MEMORY ? filled : child(WaitingTasks.OPEN, made);
        } finally {
            WorkFolder.remove(made);
        }
    }

    private Figures child(String word, Path place) throws IOException, InterruptedException {
        return new JavaProcess(List.of(HEAP, "-XX:+UseParallelGC"), WaitingTasks.class)
                .run(
                        List.of(
                                word,
                                place.toString(),
                                Integer.toString(tasks),
                                Integer.toString(payloadBytes)));
    }

    @Override
    public void close() {}
}
