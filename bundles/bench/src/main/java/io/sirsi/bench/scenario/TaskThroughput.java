package io.sirsi.bench.scenario;

import io.sirsi.bench.harness.Contender;
import io.sirsi.bench.harness.Figures;
import io.sirsi.bench.harness.Measure;
import io.sirsi.bench.harness.Scenario;
import io.sirsi.bench.harness.TaskContender;
import io.sirsi.bench.harness.Throughput;
import java.util.List;
import java.util.SplittableRandom;

/** Tasks from submission to end, as many as go through. */
final class TaskThroughput implements Scenario {

    private final String id;
    private final String title;
    private final List<? extends TaskContender> contenders;
    private final Throughput throughput;

    TaskThroughput(
            String id,
            String title,
            List<? extends TaskContender> contenders,
            Throughput throughput) {
        this.id = id;
        this.title = title;
        this.contenders = List.copyOf(contenders);
        this.throughput = throughput;
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
                new Measure(id, title, "rate", Measure.Unit.PER_SECOND),
                new Measure(
                        id + "-cpu",
                        title.replace(
                                "tasks a second",
                                "processor time a task in this JVM, all threads and the collector"),
                        "cpu",
                        Measure.Unit.MICROS));
    }

    @Override
    public void warmUp(Contender contender) throws Exception {
        throughput.warmUp((TaskContender) contender);
    }

    @Override
    public Figures slice(Contender contender, SplittableRandom random) throws Exception {
        return throughput.slice((TaskContender) contender, random);
    }
}
