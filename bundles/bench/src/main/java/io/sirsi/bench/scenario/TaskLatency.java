package io.sirsi.bench.scenario;

import io.sirsi.bench.harness.Contender;
import io.sirsi.bench.harness.Figures;
import io.sirsi.bench.harness.Measure;
import io.sirsi.bench.harness.OpenLoop;
import io.sirsi.bench.harness.Scenario;
import io.sirsi.bench.harness.TaskContender;
import java.util.List;
import java.util.SplittableRandom;

/** From the moment at which a task is meant to be submitted to its begin, at a fixed rate. */
final class TaskLatency implements Scenario {

    /** Below this, the floor's own noise is as large as the floor, and no sign of foreign load. */
    private static final double UNREMARKABLE_MICROS = 15;

    private final String id;
    private final String title;
    private final List<? extends TaskContender> contenders;
    private final OpenLoop loop;

    TaskLatency(String id, String title, List<? extends TaskContender> contenders, OpenLoop loop) {
        this.id = id;
        this.title = title;
        this.contenders = List.copyOf(contenders);
        this.loop = loop;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public List<Contender> contenders() {
        return List.copyOf(contenders);
    }

    @Override
    public List<Measure> measures() {
        return List.of(
                new Measure(id + "-p50", title + ", p50", "p50", Measure.Unit.MICROS),
                new Measure(
                        id + "-p99",
                        title + ", p99 of the median window",
                        "window-p99",
                        Measure.Unit.MICROS),
                new Measure(
                        id + "-best",
                        title + ", p99 of the best window",
                        "best-p99",
                        Measure.Unit.MICROS));
    }

    @Override
    public double drift(Figures first, Figures last) {
        double apart = Math.abs(first.get("p50") - last.get("p50"));
        return apart < UNREMARKABLE_MICROS ? 0 : Scenario.super.drift(first, last);
    }

    @Override
    public void warmUp(Contender contender) throws Exception {
        loop.slice((TaskContender) contender);
    }

    @Override
    public Figures slice(Contender contender, SplittableRandom random) throws Exception {
        return loop.slice((TaskContender) contender);
    }
}
