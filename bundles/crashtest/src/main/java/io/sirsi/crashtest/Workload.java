package io.sirsi.crashtest;

import io.sirsi.task.Priority;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws jobs: single tasks with and without a key, graphs, tasks that fail before they succeed or
 * for good, tasks at most once, delayed, called off, and such as are given up and outlive that. The
 * same for the same seed. Not thread-safe.
 */
final class Workload {

    private static final Priority[] PRIORITIES = Priority.values();

    /** Long enough for any attempt on a loaded machine. */
    private static final long TIMEOUT_MS = 60_000;

    private static final long HEARTBEAT_MS = 60;

    private final SplittableRandom random;
    private final String prefix;
    private int jobs;
    private int graphs;

    /**
     * Begins.
     *
     * @param seed of all that is drawn
     * @param prefix what the names of its jobs begin with
     */
    Workload(long seed, String prefix) {
        this.random = new SplittableRandom(seed);
        this.prefix = prefix;
    }

    /**
     * {@return what is submitted next: one job, or a whole graph}
     *
     * @param known the name of a job that was acknowledged, to wait for; empty for none
     */
    List<Job> next(String known) {
        return random.nextInt(100) < 6 ? graph() : List.of(single(known));
    }

    private Job single(String known) {
        Line line = line();
        int kind = random.nextInt(100);
        if (kind < 10) {
            line.with("amo", 1).with("attempts", 1);
        } else if (kind < 20) {
            fails(line);
        } else if (kind < 30) {
            line.with("delay", random.nextInt(4) == 0 ? longer() : random.nextInt(1, 60));
        } else if (kind < 38) {
            line.with("cancel", 1);
            line.with("delay", random.nextInt(3) == 0 ? longer() : random.nextInt(3) * 25L);
        } else if (kind < 48 && !known.isEmpty()) {
            line.with("parents", known);
        } else if (kind < 51) {
            line.with("zombie", 1).with("heartbeat", HEARTBEAT_MS).with("attempts", 6);
        }
        if (random.nextInt(100) < 88) {
            line.with("key", "k-" + line.text("ref"));
        }
        return new Job(line);
    }

    /** Longer than an acknowledgement takes on a loaded machine, and than many a life. */
    private long longer() {
        return random.nextInt(300, 1_500);
    }

    /** Fails and comes again; one in five for good. */
    private void fails(Line line) {
        int attempts = random.nextInt(2, 5);
        int fails = random.nextInt(5) == 0 ? attempts : random.nextInt(1, attempts);
        line.with("attempts", attempts).with("fails", fails).with("retry", random.nextInt(1, 25));
    }

    private List<Job> graph() {
        String name = prefix + "g" + graphs++;
        int size = random.nextInt(3, 13);
        List<Job> nodes = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            Line line = line().with("graph", name);
            line.with("key", "k-" + line.text("ref"));
            StringBuilder parents = new StringBuilder();
            for (int j = Math.max(0, i - 4); j < i; j++) {
                if (random.nextInt(3) == 0) {
                    parents.append(parents.length() == 0 ? "" : " ").append(nodes.get(j).ref());
                }
            }
            line.with("parents", parents.toString());
            if (random.nextInt(12) == 0) {
                fails(line);
            }
            nodes.add(new Job(line));
        }
        return nodes;
    }

    private Line line() {
        return Line.of("submit")
                .with("ref", prefix + jobs++)
                .with("priority", PRIORITIES[random.nextInt(PRIORITIES.length)].name())
                .with("attempts", 3)
                .with("retry", 1)
                .with("timeout", TIMEOUT_MS);
    }
}
