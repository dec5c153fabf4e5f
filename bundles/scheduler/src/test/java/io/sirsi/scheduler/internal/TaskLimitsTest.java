package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sirsi.task.TaskSpec;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TaskLimitsTest {

    private static final TaskSpec WORK = TaskSpec.of("work");

    private static Bench limited(String rule) {
        Bench bench = new Bench(Bench.settings(10_000, rule), 1);
        bench.agents.type("wide", 64, "work");
        bench.agents.add(Bench.SESSION, "one", "wide");
        bench.agents.add(Bench.OTHER, "two", "wide");
        bench.engine.agentsChanged();
        return bench;
    }

    @Test
    void no_more_of_a_key_run_than_its_limit_says_and_other_keys_do_not_wait() {
        Bench bench = limited("aws/*=concurrency:3");
        for (int i = 0; i < 10; i++) {
            bench.submit(WORK.limitKey("aws/ec2"));
        }
        bench.submit(WORK.limitKey("aws/s3"));
        bench.run();
        assertThat(bench.agents.running()).hasSize(4);
        int ended = 0;
        while (!bench.agents.running().isEmpty()) {
            bench.agents.running().get(0).succeed();
            bench.run();
            ended++;
            assertThat(bench.agents.running()).hasSizeLessThanOrEqualTo(4);
        }
        assertThat(ended).isEqualTo(11);
    }

    @Test
    void starts_of_a_key_keep_to_its_rate() {
        Bench bench = limited("ec2=rate:2/s,burst:2");
        for (int i = 0; i < 10; i++) {
            bench.submit(WORK.limitKey("ec2"));
        }
        bench.run();
        assertThat(bench.agents.started).hasSize(2);
        for (int i = 3; i <= 10; i++) {
            bench.pass(Duration.ofMillis(500).minusNanos(1));
            assertThat(bench.agents.started).hasSize(i - 1);
            bench.pass(Duration.ofNanos(1));
            assertThat(bench.agents.started).hasSize(i);
        }
    }

    @Test
    void sessions_share_a_limit_by_their_weights_also_after_a_crash() {
        Bench bench = limited("ec2=concurrency:1");
        bench.engine.weigh(Bench.SESSION, 2);
        for (int i = 0; i < 600; i++) {
            bench.engine.schedule(Bench.SESSION, WORK.limitKey("ec2"));
            bench.engine.schedule(Bench.OTHER, WORK.limitKey("ec2"));
        }
        bench = bench.afterPowerLoss();
        bench.run();
        for (int i = 0; i < 600; i++) {
            bench.agents.running().get(0).succeed();
            bench.run();
        }
        long heavy =
                bench.agents.started.stream()
                        .filter(run -> run.agent().value().equals("one"))
                        .count();
        assertThat(heavy / 601.0).isCloseTo(2 / 3.0, within(0.067));
    }
}
