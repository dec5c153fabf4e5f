package io.sirsi.bench.scenario;

import io.sirsi.bench.harness.Commits;
import io.sirsi.bench.harness.Contender;
import io.sirsi.bench.harness.Figures;
import io.sirsi.bench.harness.Measure;
import io.sirsi.bench.harness.OpenLoop;
import io.sirsi.bench.harness.Scenario;
import io.sirsi.bench.harness.TaskContender;
import io.sirsi.bench.limit.RawFile;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * From the moment at which a durable task is meant to be submitted to its begin, beside what one
 * force of the same disk takes in the same round.
 */
final class DurableLatency implements Scenario {

    private static final int RECORD_BYTES = 200;

    private final RawFile disk;
    private final List<? extends TaskContender> contenders;
    private final OpenLoop loop;
    private final double seconds;
    private final Commits commits = new Commits(RECORD_BYTES, 1);

    DurableLatency(
            RawFile disk, List<? extends TaskContender> contenders, OpenLoop loop, double seconds) {
        this.disk = disk;
        this.contenders = List.copyOf(contenders);
        this.loop = loop;
        this.seconds = seconds;
    }

    @Override
    public String id() {
        return "D3";
    }

    @Override
    public String title() {
        return "durable submit → start at 1,000 a second; of the raw file, one force of 200 bytes";
    }

    @Override
    public List<Contender> contenders() {
        List<Contender> all = new ArrayList<>();
        all.add(disk);
        all.addAll(contenders);
        return all;
    }

    @Override
    public List<Measure> measures() {
        return List.of(
                new Measure("D3", title() + ", p50", "p50", Measure.Unit.MICROS),
                new Measure("D3-p99", title() + ", p99", "p99", Measure.Unit.MICROS));
    }

    @Override
    public void warmUp(Contender contender) throws Exception {
        measure(contender);
    }

    @Override
    public Figures slice(Contender contender, SplittableRandom random) throws Exception {
        return measure(contender);
    }

    private Figures measure(Contender contender) throws Exception {
        return contender == disk
                ? commits.run(disk, seconds)
                : loop.slice((TaskContender) contender);
    }
}
