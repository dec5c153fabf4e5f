package io.sirsi.bench.scenario;

import io.sirsi.bench.harness.Commits;
import io.sirsi.bench.harness.Contender;
import io.sirsi.bench.harness.Figures;
import io.sirsi.bench.harness.Measure;
import io.sirsi.bench.harness.Scenario;
import io.sirsi.bench.harness.WorkFolder;
import io.sirsi.bench.limit.RawFile;
import io.sirsi.bench.ours.Logs;
import java.util.List;
import java.util.SplittableRandom;

/** Whether users of the journal had better share one log. */
final class LogLayout implements Scenario {

    private static final int BATCH = 8;

    private final RawFile disk;
    private final List<Contender> contenders;
    private final double seconds;

    LogLayout(WorkFolder folder, double seconds) {
        this.disk = new RawFile(folder, RawFile.Way.FORCE);
        this.contenders = List.of(disk, Logs.oneEach(folder), Logs.shared(folder));
        this.seconds = seconds;
    }

    @Override
    public String id() {
        return "logs";
    }

    @Override
    public String title() {
        return "three users of the journal, "
                + BATCH
                + " records of 200 bytes at a time each; of the raw file, one user";
    }

    @Override
    public List<Contender> contenders() {
        return contenders;
    }

    @Override
    public List<Measure> measures() {
        return List.of(
                new Measure("logs-p50", title() + ", p50 of a commit", "p50", Measure.Unit.MICROS),
                new Measure(
                        "logs", title() + ", records a second", "rate", Measure.Unit.PER_SECOND));
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
        return contender instanceof Logs logs
                ? logs.run(BATCH, seconds)
                : new Commits(200, BATCH).run(disk, seconds);
    }
}
