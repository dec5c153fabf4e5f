package io.sirsi.bench.scenario;

import io.sirsi.bench.harness.Allowance;
import io.sirsi.bench.harness.Contender;
import io.sirsi.bench.harness.Figures;
import io.sirsi.bench.harness.Measure;
import io.sirsi.bench.harness.Scenario;
import io.sirsi.bench.ours.ChildJvm;
import java.util.List;
import java.util.SplittableRandom;

/** One figure of ours that is measured in a JVM of its own, beside what it may be. */
final class OwnJvm implements Scenario {

    private final String id;
    private final String title;
    private final Measure.Unit unit;
    private final Allowance allowance;
    private final ChildJvm child;

    OwnJvm(String id, String title, Measure.Unit unit, Allowance allowance, ChildJvm child) {
        this.id = id;
        this.title = title;
        this.unit = unit;
        this.allowance = allowance;
        this.child = child;
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
        return List.of(allowance, child);
    }

    @Override
    public List<Measure> measures() {
        return List.of(new Measure(id, title, allowance.figure(), unit));
    }

    @Override
    public int mostRounds() {
        return 3;
    }

    @Override
    public void warmUp(Contender contender) {
        // A JVM of its own begins cold, as a node does.
    }

    @Override
    public Figures slice(Contender contender, SplittableRandom random) throws Exception {
        return contender == allowance ? allowance.figures() : child.run();
    }
}
