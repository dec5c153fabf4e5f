package io.sirsi.bench.wasm;

import io.sirsi.bench.scenario.Alone;
import io.sirsi.bench.scenario.SchedulerScenarios.Effort;

/**
 * How much a slice is.
 *
 * @param samples how often something is measured that takes microseconds
 * @param loads how often something is measured that takes milliseconds
 * @param reloads how many reloads there are under load, from 21
 * @param instances how many instances live at once
 * @param seconds for how long somebody warms up
 */
record Sizes(int samples, int loads, int reloads, int instances, double seconds) {

    static Sizes of(Effort effort) {
        return switch (effort) {
            case FULL -> new Sizes(500, 15, 200, 1_000, 3);
            case QUICK -> new Sizes(100, 5, 200, 1_000, 1);
            case SMOKE -> new Sizes(5, 1, 22, 200, 0);
        };
    }

    Alone.Pace pace() {
        return new Alone.Pace(seconds, Integer.MAX_VALUE);
    }
}
