package io.sirsi.crashtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.crashtest.Finding.Rule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Puts bugs into a scheduler, kills it for real, and wants each to be seen. */
class PlantedBugsIT {

    private static final List<String> POINTS =
            SchedulerSubject.POINTS.stream().filter(point -> !point.startsWith("K12")).toList();

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void a_bug_of_a_toy_is_seen(Bug bug) throws Exception {
        Lane.Result result = toy(bug, new Lane.Aim(7, 10, 600, 0));

        assertThat(broken(result)).containsAnyElementsOf(bug.seenBy());
    }

    @ParameterizedTest
    @EnumSource
    void sabotage_of_the_scheduler_is_seen(Sabotage sabotage) throws Exception {
        Lane.Result result =
                lane(
                        SabotagedSubject.class,
                        "-D" + SabotagedSubject.SABOTAGE + "=" + sabotage,
                        new Lane.Aim(9, 12, 700, 0));

        assertThat(broken(result)).containsAnyElementsOf(sabotage.seenBy());
    }

    private static Set<Rule> broken(Lane.Result result) {
        return result.findings().stream().map(Finding::rule).collect(Collectors.toSet());
    }

    @Test
    void an_honest_toy_breaks_no_promise() throws Exception {
        Lane.Result result = toy(Bug.NONE, new Lane.Aim(8, 30, 1_500, 1));

        assertThat(result.findings()).isEmpty();
        assertThat(result.refused()).isZero();
        assertThat(result.atPoints().values()).allSatisfy(count -> assertThat(count).isPositive());
    }

    private Lane.Result toy(Bug bug, Lane.Aim aim) throws IOException, InterruptedException {
        return lane(ToySubject.class, "-D" + ToySubject.BUG + "=" + bug, aim);
    }

    private Lane.Result lane(Class<? extends Subject> subject, String option, Lane.Aim aim)
            throws IOException, InterruptedException {
        JavaCommand java = JavaCommand.here(true, folder.resolve("none.jsa")).with(List.of(option));
        return new Lane(new Setting(subject.getName(), java, POINTS), aim, folder, said -> {})
                .run();
    }
}
