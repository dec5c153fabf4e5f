package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.scheduler.internal.HistoryChecker.Violation;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Days in the life of a node with its real log and its real history on a disk that forgets: each
 * from one seed, on one thread. {@code -Dsirsi.sim.seeds=N} lives more of them, {@code
 * -Dsirsi.sim.seed=S} lives one and tells its story, {@code -Dsirsi.sim.steps=N} makes them longer.
 */
@Timeout(900)
class CrashSimulationTest {

    private static final int SEEDS = Integer.getInteger("sirsi.sim.seeds", 20_000);
    private static final int STEPS = Integer.getInteger("sirsi.sim.steps", 60);
    private static final long ONE = Long.getLong("sirsi.sim.seed", -1);

    @Test
    void whatever_happens_to_the_node_the_promises_hold() {
        List<Long> seeds = ONE >= 0 ? List.of(ONE) : LongStream.range(0, SEEDS).boxed().toList();
        ConcurrentLinkedQueue<String> broken = new ConcurrentLinkedQueue<>();
        long[] totals =
                seeds.parallelStream()
                        .map(seed -> live(seed, broken))
                        .reduce(new long[2], (a, b) -> new long[] {a[0] + b[0], a[1] + b[1]});
        assertThat(broken).isEmpty();
        assertThat(totals[0]).as("tasks").isGreaterThan(seeds.size() * 5L);
        assertThat(totals[1]).as("restarts").isGreaterThan(seeds.size());
    }

    private static long[] live(long seed, ConcurrentLinkedQueue<String> broken) {
        CrashDay day = new CrashDay(seed, STEPS, new Seams());
        try {
            day.live();
        } catch (Violation found) {
            if (broken.size() < 3) {
                broken.add(story(seed, found));
            }
        }
        return new long[] {day.checker().known(), day.checker().restarts()};
    }

    /** The same once more, with what happened before it went wrong. */
    private static String story(long seed, Violation found) {
        CrashDay again = new CrashDay(seed, STEPS, new Seams());
        again.checker().verbose = true;
        try {
            again.live();
            return "seed " + seed + " is not the same twice: " + found;
        } catch (Violation same) {
            Throwable cause = same.getCause();
            return "seed "
                    + seed
                    + ":\n"
                    + again.checker().story()
                    + "\n"
                    + same.getMessage()
                    + (cause == null ? "" : "\n" + List.of(cause.getStackTrace()));
        }
    }

    @Test
    void the_same_seed_is_the_same_day() {
        for (long seed = 0; seed < 200; seed++) {
            assertThat(hash(seed)).as("seed %d", seed).isEqualTo(hash(seed));
        }
        assertThat(hash(1)).isNotEqualTo(hash(2));
    }

    private static long hash(long seed) {
        CrashDay day = new CrashDay(seed, STEPS, new Seams());
        day.live();
        return day.checker().hash();
    }
}
