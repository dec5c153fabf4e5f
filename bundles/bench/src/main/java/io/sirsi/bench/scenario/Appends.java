package io.sirsi.bench.scenario;

import io.sirsi.bench.harness.AppendContender;
import io.sirsi.bench.harness.Commits;
import io.sirsi.bench.harness.Contender;
import io.sirsi.bench.harness.Figures;
import io.sirsi.bench.harness.Measure;
import io.sirsi.bench.harness.Scenario;
import io.sirsi.bench.limit.RawFile;
import io.sirsi.bench.limit.RawFiles;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

/** Records of 200 bytes made durable, so many at a time. */
final class Appends implements Scenario {

    private static final int RECORD_BYTES = 200;

    private final List<? extends Contender> contenders;
    private final int batch;
    private final double seconds;
    private final Commits commits;

    /** The contenders are {@link RawFiles} or {@link AppendContender}s. */
    Appends(List<? extends Contender> contenders, int batch, double seconds) {
        this.contenders = List.copyOf(contenders);
        this.batch = batch;
        this.seconds = seconds;
        this.commits = new Commits(RECORD_BYTES, batch);
    }

    @Override
    public String id() {
        return "D1-" + batch;
    }

    @Override
    public String title() {
        return "durable append of 200 bytes, " + batch + " at a time, records a second";
    }

    @Override
    public List<Contender> contenders() {
        return List.copyOf(contenders);
    }

    @Override
    public List<Measure> measures() {
        return List.of(
                new Measure(
                        id() + "-p50",
                        title() + ", by the median commit",
                        "p50-rate",
                        Measure.Unit.PER_SECOND),
                new Measure(id(), title() + ", mean", "rate", Measure.Unit.PER_SECOND));
    }

    @Override
    public void warmUp(Contender contender) throws Exception {
        measure(contender, seconds);
    }

    @Override
    public Figures slice(Contender contender, SplittableRandom random) throws Exception {
        return measure(contender, seconds);
    }

    private Figures measure(Contender contender, double atLeastSeconds) throws Exception {
        if (contender instanceof RawFiles raw) {
            Figures best = null;
            for (RawFile way : raw.ways()) {
                Figures figures = commits.run(way, atLeastSeconds / raw.ways().size());
                if (best == null || figures.get("p50-rate") > best.get("p50-rate")) {
                    best = figures;
                }
            }
            return Objects.requireNonNull(best);
        }
        return commits.run((AppendContender) contender, atLeastSeconds);
    }
}
