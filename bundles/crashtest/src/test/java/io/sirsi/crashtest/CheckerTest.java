package io.sirsi.crashtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sirsi.crashtest.Finding.Rule;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CheckerTest {

    @Test
    void finds_nothing_in_an_honest_history() {
        assertThat(findings(Story.honest())).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("plantedBugs")
    void finds(String bug, Rule rule, UnaryOperator<Story> plant) {
        List<Finding> findings = findings(plant.apply(Story.honest()));

        assertThat(findings).extracting(Finding::rule).describedAs("%s", findings).contains(rule);
    }

    static Stream<Arguments> plantedBugs() {
        return Stream.of(
                bug(
                        "an acknowledged task that a later life does not know",
                        Rule.ACKNOWLEDGED_IS_KNOWN,
                        story -> story.tell(Line.of("missing").with("task", "t-plain"))),
                bug(
                        "an acknowledged task that never ends",
                        Rule.ACKNOWLEDGED_ENDS,
                        story -> story.without(line -> Story.isOf(line, "ended", "flaky"))),
                bug(
                        "an acknowledged task of which nothing was heard again",
                        Rule.ACKNOWLEDGED_ENDS,
                        story ->
                                story.without(
                                        line ->
                                                !line.is("submit")
                                                        && !line.is("ack")
                                                        && line.text("task").equals("t-late"))),
                bug(
                        "two ends in one life",
                        Rule.ONE_END,
                        story -> story.ended("child", "Succeeded")),
                bug(
                        "another end after a crash",
                        Rule.ONE_END,
                        story -> story.ended("plain", "Failed")),
                bug(
                        "the same end at another time",
                        Rule.ONE_END,
                        story -> story.ended("plain", "Succeeded")),
                bug(
                        "a key that names another task after a crash",
                        Rule.ONE_TASK_PER_KEY,
                        story ->
                                story.tell(
                                        Line.of("ack").with("ref", "plain").with("task", "t-2"))),
                bug(
                        "a second task for a key that was never acknowledged",
                        Rule.ONE_TASK_PER_KEY,
                        story ->
                                story.begin("never-sent")
                                        .change("begin", "never-sent", Line.class::cast)
                                        .begin("never-sent")
                                        .change(
                                                "begin",
                                                "never-sent",
                                                line -> line.with("task", "t-2"))),
                bug(
                        "one task for two keys",
                        Rule.ONE_TASK_PER_KEY,
                        story ->
                                story.tell(
                                        Line.of("ack")
                                                .with("ref", "flaky")
                                                .with("task", "t-plain"))),
                bug(
                        "half a graph",
                        Rule.GRAPH_WHOLE,
                        story -> story.tell(Line.of("counted").with("graph", "g").with("seen", 1))),
                bug(
                        "success without an effect",
                        Rule.EFFECT_ONCE,
                        story -> story.without(line -> Story.isOf(line, "effect", "plain"))),
                bug("an effect twice", Rule.EFFECT_ONCE, story -> story.effect("plain", 1)),
                bug(
                        "one key for two effects",
                        Rule.EFFECT_ONCE,
                        story ->
                                story.effect("crashed", 0)
                                        .change(
                                                "effect",
                                                "crashed",
                                                line -> line.with("hash", "other"))),
                bug(
                        "a fence that falls",
                        Rule.FENCE_GROWS,
                        story ->
                                story.change(
                                        "begin", "crashed", line -> line.with("fence", 9L << 40))),
                bug(
                        "a fence of another task",
                        Rule.FENCE_GROWS,
                        story ->
                                story.change(
                                        "begin",
                                        "plain",
                                        line -> line.with("fence", story.fence("once")))),
                bug(
                        "an end taken from a stale fence",
                        Rule.STALE_END_REFUSED,
                        story ->
                                story.change(
                                        "ended",
                                        "zombie",
                                        line -> line.with("output", story.fence("zombie") - 1))),
                bug(
                        "an at-most-once task that starts again",
                        Rule.AT_MOST_ONCE,
                        story -> story.begin("lost")),
                bug(
                        "Unknown for a task that may run again",
                        Rule.AT_MOST_ONCE,
                        story ->
                                story.change(
                                        "ended", "flaky", line -> line.with("state", "Unknown"))),
                bug(
                        "a child before its parent",
                        Rule.PARENTS_FIRST,
                        story ->
                                story.change(
                                        "begin",
                                        "child",
                                        line -> line.with("at", story.at("begin", "parent") + 1))),
                bug(
                        "a parent that runs again under its child",
                        Rule.PARENTS_FIRST,
                        story -> story.begin("g0")),
                bug(
                        "a child of a parent that failed",
                        Rule.PARENTS_FIRST,
                        story ->
                                story.change(
                                        "ended", "parent", line -> line.with("state", "Failed"))),
                bug("too many attempts", Rule.ATTEMPTS, story -> story.begin("hopeless")),
                bug(
                        "an attempt's number twice",
                        Rule.ATTEMPTS,
                        story ->
                                story.begin("never-sent")
                                        .begin("never-sent")
                                        .change(
                                                "begin",
                                                "never-sent",
                                                line -> line.with("attempt", 2))),
                bug(
                        "a timer that fires early",
                        Rule.NOT_EARLY,
                        story ->
                                story.change(
                                        "begin",
                                        "late",
                                        line ->
                                                line.with(
                                                        "at",
                                                        story.at("submit", "late") + 19_999_000))),
                bug(
                        "a retry without its delay",
                        Rule.NOT_EARLY,
                        story ->
                                story.submit("hasty", 3, 0, "")
                                        .fails("hasty")
                                        .pass(9)
                                        .begin("hasty")),
                bug(
                        "a start after a cancellation was acknowledged",
                        Rule.CANCEL_HOLDS,
                        story -> story.begin("called-off")),
                bug(
                        "a cancellation that another end forgot",
                        Rule.CANCEL_HOLDS,
                        story ->
                                story.change(
                                        "ended",
                                        "called-off",
                                        line -> line.with("state", "Failed"))),
                bug(
                        "a start after the end",
                        Rule.NO_START_AFTER_END,
                        story -> story.begin("plain")),
                bug(
                        "life after the end",
                        Rule.LEGAL_TRANSITION,
                        story -> story.state("plain", "Ready")),
                bug(
                        "Blocked after a start",
                        Rule.LEGAL_TRANSITION,
                        story -> story.begin("never-sent").state("never-sent", "Blocked")),
                bug(
                        "an attempt that falls back",
                        Rule.LEGAL_TRANSITION,
                        story ->
                                story.begin("never-sent")
                                        .tell(running(3, 30, story.at("start", "")))
                                        .tell(running(2, 20, story.at("start", "") + 10))),
                bug(
                        "failure although a try was left",
                        Rule.END_HAS_REASON,
                        story ->
                                story.change(
                                        "ended", "flaky", line -> line.with("state", "Failed"))),
                bug(
                        "cancelled by nobody",
                        Rule.END_HAS_REASON,
                        story ->
                                story.change(
                                        "ended", "plain", line -> line.with("state", "Cancelled"))),
                bug(
                        "poison that crashed nothing",
                        Rule.END_HAS_REASON,
                        story ->
                                story.change(
                                        "ended",
                                        "flaky",
                                        line -> line.with("state", "Quarantined"))),
                bug(
                        "a process that ends by itself",
                        Rule.NODE_SERVES,
                        story -> story.tell(Line.of("died").with("life", 2).with("unasked", 1))),
                bug(
                        "a command without an answer",
                        Rule.NODE_SERVES,
                        story -> story.tell(Line.of("silent").with("what", "submit x"))));
    }

    @Test
    void every_rule_has_a_bug_that_breaks_it() {
        Set<Object> broken = plantedBugs().map(one -> one.get()[1]).collect(Collectors.toSet());

        assertThat(broken).containsExactlyInAnyOrderElementsOf(EnumSet.allOf(Rule.class));
    }

    @Test
    void forgives_what_was_not_acknowledged() {
        Story story = Story.honest();
        story.submit("unknown-fate", 3, 0, "").begin("unknown-fate").died();

        assertThat(findings(story)).isEmpty();
    }

    @Test
    void forgives_an_answer_to_a_question_asked_before_the_end() {
        Story story = Story.honest();
        story.tell(
                Line.of("state")
                        .with("task", "t-plain")
                        .with("state", "Running")
                        .with("attempt", 1)
                        .with("fence", story.fence("plain"))
                        .with("asked", story.at("begin", "plain"))
                        .with("at", story.at("ended", "plain") + 1));

        assertThat(findings(story)).isEmpty();
    }

    @Test
    void needs_a_time_that_grows_with_the_history_and_not_with_its_square() {
        List<Story> stories = List.of(chain(20_000), chain(80_000));
        long[] nanos = new long[2];
        for (int i = 0; i < nanos.length; i++) {
            long began = System.nanoTime();
            assertThat(findings(stories.get(i))).isEmpty();
            nanos[i] = System.nanoTime() - began;
        }

        assertThat(nanos[1]).isLessThan(12 * nanos[0]);
    }

    private static Story chain(int length) {
        Story story = new Story().start();
        IntStream.range(0, length)
                .mapToObj(i -> "r" + i)
                .forEach(ref -> story.submit(ref, 1, 0, "").ack(ref).succeeds(ref));
        return story;
    }

    private static Line running(int attempt, long fence, long at) {
        return Line.of("state")
                .with("task", "t-never-sent")
                .with("state", "Running")
                .with("attempt", attempt)
                .with("fence", fence)
                .with("asked", at)
                .with("at", at + 1);
    }

    private static Arguments bug(String name, Rule rule, UnaryOperator<Story> plant) {
        return arguments(name, rule, plant);
    }

    private static List<Finding> findings(Story story) {
        return Checker.check(story.driver, story.sink);
    }
}
