package io.sirsi.bench.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.bench.harness.Contender;
import io.sirsi.bench.harness.Figures;
import io.sirsi.bench.harness.Measure;
import io.sirsi.bench.harness.Scenario;
import io.sirsi.bench.harness.UnavailableException;
import io.sirsi.bench.harness.WorkFolder;
import io.sirsi.bench.scenario.SchedulerScenarios.Effort;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every contender of every row does its work and measures it; how fast is not asked here. */
class WasmScenariosTest {

    @TempDir Path folder;

    @TestFactory
    Stream<DynamicTest> every_row_is_measured_by_everyone_who_has_the_figure() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Scenario scenario : new WasmScenarios(new WorkFolder(folder), Effort.SMOKE).all()) {
            for (Contender contender : scenario.contenders()) {
                tests.add(
                        DynamicTest.dynamicTest(
                                contender.id() + " in " + scenario.id(),
                                () -> measures(scenario, contender)));
            }
        }
        return tests.stream();
    }

    private static void measures(Scenario scenario, Contender contender) throws Exception {
        try (contender) {
            contender.start();
            Figures figures = scenario.slice(contender, new SplittableRandom(1));
            List<Measure> own =
                    scenario.measures().stream()
                            .filter(measure -> figures.has(measure.figure()))
                            .toList();
            assertThat(own).isNotEmpty();
            if (contender.id().equals(Contender.OURS)) {
                assertThat(own).isEqualTo(scenario.measures());
            }
            for (Measure measure : own) {
                assertThat(figures.get(measure.figure())).as(measure.figure()).isPositive();
            }
        } catch (UnavailableException e) {
            Assumptions.abort(e.getMessage());
        }
    }
}
