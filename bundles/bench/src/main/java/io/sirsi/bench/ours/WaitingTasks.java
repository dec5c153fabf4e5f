package io.sirsi.bench.ours;

import io.sirsi.task.Delivery;
import io.sirsi.task.Payload;
import io.sirsi.task.Priority;
import io.sirsi.task.SchedulerStats;
import io.sirsi.task.TaskGraph;
import io.sirsi.task.TaskScheduler;
import io.sirsi.task.TaskSpec;
import java.io.PrintStream;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What the JVMs of {@link ChildJvm} run: {@code fill FOLDER TASKS PAYLOAD} submits durable tasks
 * that wait, since everything is paused, and looks at the heap; {@code open FOLDER TASKS PAYLOAD}
 * opens what was left.
 */
public final class WaitingTasks {

    static final String FILL = "fill";
    static final String OPEN = "open";

    private static final int BATCH = 1_000;
    private static final int PAYLOADS = 100_000;

    private WaitingTasks() {}

    /**
     * Runs one of the two.
     *
     * @param arguments which, the folder, how many tasks, bytes of payload
     * @throws Exception where it fails
     */
    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Path folder = Path.of(arguments[1]);
        int tasks = Integer.parseInt(arguments[2]);
        if (arguments[0].equals(FILL)) {
            fill(folder, tasks, Integer.parseInt(arguments[3]), out);
        } else {
            open(folder, tasks, out);
        }
    }

    private static void fill(Path folder, int tasks, int payloadBytes, PrintStream out)
            throws Exception {
        try (Node node = Node.open(folder)) {
            TaskScheduler scheduler = node.scheduler();
            scheduler.pauseAll("bench");
            TaskSpec spec = Node.spec(Delivery.AT_LEAST_ONCE, Priority.NORMAL);
            long before = 0;
            for (int done = 0; done < tasks; done += BATCH) {
                if (done == BATCH) {
                    // After the first, all is there that does not grow with the tasks.
                    before = usedHeap();
                }
                TaskGraph graph = new TaskGraph();
                for (int i = 0; i < BATCH; i++) {
                    graph.add(
                            payloadBytes == 0 ? spec : spec.input(payload(done + i, payloadBytes)));
                }
                scheduler.scheduleAll(Node.SESSION, graph);
            }
            long after = usedHeap();
            check(scheduler.stats(), tasks);
            // What was handed in is the caller's object, and is kept as it is.
            double payload = payloadBytes == 0 ? 0 : payloadHeap(payloadBytes);
            double each = (double) (after - before) / (tasks - BATCH) - payload;
            out.printf(Locale.ROOT, "bytes=%.1f%n", each);
        }
    }

    /** {@return what a payload takes, measured on many that nobody has but an array} */
    private static double payloadHeap(int payloadBytes) throws InterruptedException {
        Payload[] alone = new Payload[PAYLOADS];
        long before = usedHeap();
        try {
            for (int i = 0; i < alone.length; i++) {
                alone[i] = payload(i, payloadBytes);
            }
            return (double) (usedHeap() - before) / alone.length;
        } finally {
            Reference.reachabilityFence(alone);
        }
    }

    private static void open(Path folder, int tasks, PrintStream out) throws Exception {
        long start = System.nanoTime();
        try (Node node = Node.open(folder)) {
            double millis = (System.nanoTime() - start) / 1e6;
            check(node.scheduler().stats(), tasks);
            out.printf(Locale.ROOT, "millis=%.1f%n", millis);
        }
    }

    private static void check(SchedulerStats stats, int tasks) {
        long ready = stats.byState().getOrDefault("Ready", 0L);
        if (ready != tasks) {
            throw new IllegalStateException(
                    "instead of " + tasks + " waiting tasks there are " + stats);
        }
    }

    private static Payload payload(int number, int bytes) {
        String text = Integer.toString(number);
        return Payload.json("7".repeat(bytes - text.length()) + text);
    }

    private static long usedHeap() throws InterruptedException {
        for (int i = 0; i < 4; i++) {
            System.gc();
            Thread.sleep(50);
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
