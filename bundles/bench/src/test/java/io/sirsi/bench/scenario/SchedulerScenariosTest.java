package io.sirsi.bench.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.bench.harness.Contender;
import io.sirsi.bench.harness.Figures;
import io.sirsi.bench.harness.GraphContender;
import io.sirsi.bench.harness.Measure;
import io.sirsi.bench.harness.Scenario;
import io.sirsi.bench.harness.TaskContender;
import io.sirsi.bench.harness.UnavailableException;
import io.sirsi.bench.harness.WorkFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every contender does its work correctly, a few hundred tasks of it; how fast is not asked here.
 */
class SchedulerScenariosTest {

    private static final int TASKS = 300;

    @TempDir Path folder;

    @TestFactory
    Stream<DynamicTest> every_contender_does_all_of_its_work_once() {
        Map<String, Contender> byId = new LinkedHashMap<>();
        Map<String, Scenario> scenarios = new LinkedHashMap<>();
        for (Scenario scenario : scenarios()) {
            for (Contender contender : scenario.contenders()) {
                String key = key(scenario, contender);
                byId.putIfAbsent(key, contender);
                scenarios.putIfAbsent(key, scenario);
            }
        }
        return byId.keySet().stream()
                .map(
                        key ->
                                DynamicTest.dynamicTest(
                                        key, () -> works(scenarios.get(key), byId.get(key))));
    }

    /** One that runs tasks does so the same way in every scenario. */
    private static String key(Scenario scenario, Contender contender) {
        return contender instanceof TaskContender
                ? contender.id()
                : contender.id() + " in " + scenario.id();
    }

    private Iterable<Scenario> scenarios() {
        return new SchedulerScenarios(new WorkFolder(folder), SchedulerScenarios.Effort.SMOKE)
                .all();
    }

    private static void works(Scenario scenario, Contender contender) throws Exception {
        try (contender) {
            contender.start();
            if (contender instanceof TaskContender tasks) {
                runsEachTaskOnce(tasks);
            } else if (contender instanceof GraphContender graph) {
                assertThat(graph.run(10, 30)).isEqualTo(300);
            } else {
                scenario.warmUp(contender);
                Figures figures = scenario.slice(contender, new SplittableRandom(1));
                for (Measure measure : scenario.measures()) {
                    assertThat(figures.get(measure.figure())).as(measure.figure()).isPositive();
                }
            }
        } catch (UnavailableException e) {
            Assumptions.abort(e.getMessage());
        }
    }

    private static void runsEachTaskOnce(TaskContender contender) throws Exception {
        for (int i = 0; i < TASKS; i++) {
            contender.submit(i % 5, -1);
        }
        contender.flush();
        contender.tally().await(TASKS, Duration.ofSeconds(30));
        assertThat(contender.tally().ran()).isEqualTo(TASKS);
    }
}
