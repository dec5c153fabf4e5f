package io.sirsi.bench.scenario;

import io.sirsi.bench.harness.Contender;
import io.sirsi.bench.harness.Figures;
import io.sirsi.bench.harness.Measure;
import io.sirsi.bench.harness.Scenario;
import io.sirsi.bench.harness.SelfTimed;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Contenders that each measure themselves.
 *
 * @param id its name on the command line
 * @param title one line for people
 * @param contenders who takes part; the first is the limit
 * @param measures what is compared
 * @param pace how often, and how long before
 */
public record Alone(
        String id, String title, List<Contender> contenders, List<Measure> measures, Pace pace)
        implements Scenario {

    /**
     * How often, and how long before.
     *
     * @param warmUpSeconds for how long they do the work before that counts; 0 for what begins cold
     * @param mostRounds how many rounds are enough
     */
    public record Pace(double warmUpSeconds, int mostRounds) {

        /** Of what runs in a JVM of its own, which begins cold, as a node does. */
        public static final Pace OWN_JVM = new Pace(0, 3);
    }

    public Alone {
        contenders = List.copyOf(contenders);
        measures = List.copyOf(measures);
    }

    @Override
    public int mostRounds() {
        return pace.mostRounds();
    }

    @Override
    public void warmUp(Contender contender) throws Exception {
        long start = System.nanoTime();
        while ((System.nanoTime() - start) / 1e9 < pace.warmUpSeconds()) {
            ((SelfTimed) contender).measure();
        }
    }

    @Override
    public Figures slice(Contender contender, SplittableRandom random) throws Exception {
        return ((SelfTimed) contender).measure();
    }
}
