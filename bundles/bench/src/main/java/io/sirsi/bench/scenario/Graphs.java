package io.sirsi.bench.scenario;

import io.sirsi.bench.harness.Contender;
import io.sirsi.bench.harness.Figures;
import io.sirsi.bench.harness.GraphContender;
import io.sirsi.bench.harness.Measure;
import io.sirsi.bench.harness.Scenario;
import java.util.List;
import java.util.SplittableRandom;

/** A square graph in which each task waits for two others, built and run. */
final class Graphs implements Scenario {

    private static final int WARM_UPS = 3;

    private final List<? extends GraphContender> contenders;
    private final int side;

    Graphs(List<? extends GraphContender> contenders, int side) {
        this.contenders = List.copyOf(contenders);
        this.side = side;
    }

    @Override
    public String id() {
        return "T2";
    }

    @Override
    public String title() {
        return String.format(
                "graph of %,d × %,d, two dependencies each, build + run, tasks a second",
                side, side);
    }

    @Override
    public List<Contender> contenders() {
        return List.copyOf(contenders);
    }

    @Override
    public List<Measure> measures() {
        return List.of(new Measure("T2", title(), "rate", Measure.Unit.PER_SECOND));
    }

    @Override
    public void warmUp(Contender contender) throws Exception {
        for (int i = 0; i < WARM_UPS; i++) {
            run((GraphContender) contender);
        }
    }

    @Override
    public Figures slice(Contender contender, SplittableRandom random) throws Exception {
        return run((GraphContender) contender);
    }

    private Figures run(GraphContender contender) throws Exception {
        long tasks = (long) side * side;
        long start = System.nanoTime();
        long ran = contender.run(side, side);
        double seconds = (System.nanoTime() - start) / 1e9;
        if (ran != tasks) {
            throw new IllegalStateException(ran + " tasks ran instead of " + tasks);
        }
        return Figures.of("rate", tasks / seconds);
    }
}
