package io.sirsi.bench.scenario;

import io.sirsi.bench.harness.Contender;
import io.sirsi.bench.harness.Figures;
import io.sirsi.bench.harness.Measure;
import io.sirsi.bench.harness.Scenario;
import io.sirsi.bench.harness.TimerContender;
import java.util.List;
import java.util.SplittableRandom;

/** Timeouts that are armed and called off again while many others are pending. */
final class Timeouts implements Scenario {

    private static final int CHUNK = 10_000;

    private final List<? extends TimerContender> contenders;
    private final int pending;
    private final double seconds;

    Timeouts(List<? extends TimerContender> contenders, int pending, double seconds) {
        this.contenders = List.copyOf(contenders);
        this.pending = pending;
        this.seconds = seconds;
    }

    @Override
    public String id() {
        return "T4";
    }

    @Override
    public String title() {
        return String.format("timeout arm + cancel with %,d pending, pairs a second", pending);
    }

    @Override
    public List<Contender> contenders() {
        return List.copyOf(contenders);
    }

    @Override
    public List<Measure> measures() {
        return List.of(new Measure("T4", title(), "rate", Measure.Unit.PER_SECOND));
    }

    @Override
    public void warmUp(Contender contender) {
        TimerContender timer = (TimerContender) contender;
        timer.reserve(pending);
        for (int place = 0; place < pending; place++) {
            timer.arm(place);
        }
        run(timer, seconds * 2);
    }

    @Override
    public Figures slice(Contender contender, SplittableRandom random) {
        return run((TimerContender) contender, seconds);
    }

    /** The oldest is called off and armed anew, so that all of them stay pending. */
    private Figures run(TimerContender timer, double atLeastSeconds) {
        long start = System.nanoTime();
        long done = 0;
        int place = 0;
        double took;
        do {
            for (int i = 0; i < CHUNK; i++) {
                timer.cancel(place);
                timer.arm(place);
                place = place + 1 == pending ? 0 : place + 1;
            }
            done += CHUNK;
            took = (System.nanoTime() - start) / 1e9;
        } while (took < atLeastSeconds);
        return Figures.of("rate", done / took);
    }
}
