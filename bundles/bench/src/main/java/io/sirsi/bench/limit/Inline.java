package io.sirsi.bench.limit;

import io.sirsi.bench.harness.Tally;
import io.sirsi.bench.harness.TaskContender;

/** Runs each task where it is submitted: what the pacer itself adds to a latency. */
public final class Inline implements TaskContender {

    private final Tally tally = new Tally();

    @Override
    public String id() {
        return "pacer-floor";
    }

    @Override
    public String durability() {
        return "none; run inline by the pacer";
    }

    @Override
    public Tally tally() {
        return tally;
    }

    @Override
    public void start() {}

    @Override
    public void submit(int priority, int place) {
        tally.run(place);
        tally.complete();
    }

    @Override
    public void close() {}
}
