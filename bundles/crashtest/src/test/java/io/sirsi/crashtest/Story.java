package io.sirsi.crashtest;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** A history that a test writes by hand, one event a microsecond. */
final class Story {

    private static final long MICROSECOND = 1_000;
    private static final long MILLISECOND = 1_000_000;

    final List<Line> driver = new ArrayList<>();
    final List<Line> sink = new ArrayList<>();
    private final Map<String, Long> fences = new HashMap<>();
    private final Map<String, Integer> attempts = new HashMap<>();
    private final Set<String> effects = new HashSet<>();
    private long now = 1_000 * MILLISECOND;
    private long life;
    private long starts;

    /**
     * {@return a history in which every promise is kept: two lives, a kill between them, and in
     * them all kinds of task}
     */
    static Story honest() {
        Story story = new Story().start();
        for (String ref : List.of("plain", "flaky", "hopeless", "parent", "crashed", "zombie")) {
            story.submit(ref, 3, 0, "").ack(ref);
        }
        story.submit("once", 1, 1, "").ack("once").submit("lost", 1, 1, "").ack("lost");
        story.submit("called-off", 3, 0, "").ack("called-off").cancel("called-off");
        story.ended("called-off", "Cancelled");
        story.submit("child", 3, 0, "parent").ack("child").submit("never-sent", 3, 0, "");
        story.submit("late", 3, 0, "").delayed(20).ack("late").pass(25).succeeds("late");
        story.graph("g", "g0", "g1").succeeds("g0").succeeds("g1");
        story.succeeds("plain").succeeds("once").begin("lost");
        story.fails("flaky").pass(10).succeeds("flaky");
        story.fails("hopeless").pass(10).fails("hopeless").pass(10).fails("hopeless");
        story.ended("hopeless", "Failed");
        story.state("child", "Blocked").succeeds("parent").state("child", "Ready");
        story.begin("zombie").begin("zombie").ends("zombie").ended("zombie", "Succeeded");
        story.begin("crashed").effect("crashed", 1).died().start().state("child", "Ready");
        story.ended("lost", "Unknown").succeeds("child");
        story.begin("crashed").effect("crashed", 0).ends("crashed").ended("crashed", "Succeeded");
        story.state("plain", "Succeeded").pass(5);
        return story.tell(Line.of("finish"));
    }

    Story tell(Line line) {
        driver.add(line.with("t", tick()));
        return this;
    }

    Story pass(long milliseconds) {
        now += milliseconds * MILLISECOND;
        return this;
    }

    Story start() {
        life++;
        return tell(Line.of("start").with("life", life));
    }

    Story died() {
        return tell(Line.of("died").with("life", life).with("how", "exit code 137"));
    }

    Story submit(String ref, int tries, int atMostOnce, String parents) {
        return tell(
                Line.of("submit")
                        .with("ref", ref)
                        .with("key", "k-" + ref)
                        .with("attempts", tries)
                        .with("retry", 10)
                        .with("amo", atMostOnce)
                        .with("zombie", ref.equals("zombie") ? 1 : 0)
                        .with("parents", parents));
    }

    Story delayed(long milliseconds) {
        driver.get(driver.size() - 1).with("delay", milliseconds);
        return this;
    }

    Story graph(String name, String first, String second) {
        submit(first, 3, 0, "");
        driver.get(driver.size() - 1).with("graph", name);
        submit(second, 3, 0, first);
        driver.get(driver.size() - 1).with("graph", name);
        tell(Line.of("counted").with("graph", name).with("seen", 2));
        return tell(
                Line.of("ack-graph")
                        .with("graph", name)
                        .with("refs", first + " " + second)
                        .with("tasks", "t-" + first + " t-" + second));
    }

    Story ack(String ref) {
        return tell(Line.of("ack").with("ref", ref).with("task", "t-" + ref).with("at", now));
    }

    Story cancel(String ref) {
        tell(Line.of("cancel").with("task", "t-" + ref));
        return tell(
                Line.of("cancelled").with("task", "t-" + ref).with("answer", 1).with("at", now));
    }

    Story state(String ref, String state) {
        Line line = Line.of("state").with("task", "t-" + ref).with("state", state);
        if (state.equals("Succeeded")) {
            driver.stream()
                    .filter(one -> one.is("ended") && one.text("task").equals("t-" + ref))
                    .findFirst()
                    .ifPresent(
                            end ->
                                    line.with("final", 1)
                                            .with("ended", end.text("ended"))
                                            .with("output", end.number("output")));
        }
        line.with("asked", tick());
        return tell(line.with("at", tick()));
    }

    Story ended(String ref, String state) {
        return tell(
                Line.of("ended")
                        .with("task", "t-" + ref)
                        .with("state", state)
                        .with("final", 1)
                        .with("ended", Instant.ofEpochMilli(tick()).toString())
                        .with("output", fences.getOrDefault(ref, 0L))
                        .with("at", now));
    }

    Story begin(String ref) {
        fences.put(ref, (life << 40) + ++starts);
        attempts.merge(ref, 1, Integer::sum);
        sink.add(attempt("begin", ref));
        return this;
    }

    private Line attempt(String event, String ref) {
        return Line.of(event)
                .with("ref", ref)
                .with("task", "t-" + ref)
                .with("attempt", attempts.get(ref))
                .with("fence", fences.get(ref))
                .with("life", life)
                .with("at", tick());
    }

    Story effect(String ref, int applied) {
        effects.add(ref);
        sink.add(
                attempt("effect", ref)
                        .with("key", "e-t-" + ref)
                        .with("hash", ref)
                        .with("applied", applied));
        return this;
    }

    /** Has its effect, unless it had it before, and ends well, as the agent sees it. */
    Story ends(String ref) {
        if (!effects.contains(ref)) {
            effect(ref, 1);
        }
        sink.add(attempt("end", ref).with("how", "Succeeded"));
        return this;
    }

    Story succeeds(String ref) {
        return begin(ref).ends(ref).ended(ref, "Succeeded");
    }

    Story fails(String ref) {
        begin(ref);
        sink.add(attempt("end", ref).with("how", "Failed"));
        return this;
    }

    /** Goes on after the end, as a bug would. */
    Story afterwards(UnaryOperator<Story> more) {
        return more.apply(this);
    }

    Story without(Predicate<Line> lines) {
        driver.removeIf(lines);
        sink.removeIf(lines);
        return this;
    }

    /** Changes the first line of an event of a task. */
    Story change(String event, String ref, UnaryOperator<Line> how) {
        for (List<Line> lines : List.of(driver, sink)) {
            for (Line line : lines) {
                if (isOf(line, event, ref)) {
                    Line unused = how.apply(line);
                    return this;
                }
            }
        }
        throw new IllegalArgumentException("no " + event + " of " + ref);
    }

    static boolean isOf(Line line, String event, String ref) {
        return line.is(event)
                && (line.text("ref").equals(ref) || line.text("task").equals("t-" + ref));
    }

    /** {@return the stamp of the first line of an event of a task} */
    long at(String event, String ref) {
        long[] found = {0};
        change(
                event,
                ref,
                line -> {
                    found[0] = line.has("at") ? line.number("at") : line.number("t");
                    return line;
                });
        return found[0];
    }

    long fence(String ref) {
        return fences.get(ref);
    }

    private long tick() {
        now += MICROSECOND;
        return now;
    }
}
