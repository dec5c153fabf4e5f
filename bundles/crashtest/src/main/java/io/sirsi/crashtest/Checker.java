package io.sirsi.crashtest;

import io.sirsi.crashtest.Finding.Rule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Judges a history: what the driver asked and was answered, and what the sink saw. It trusts no
 * counter of the node. Whatever was not acknowledged may have happened or not. Its time and memory
 * grow with the number of lines.
 *
 * <p>All stamps are of the one monotonic clock of the machine. A stamp {@code at} was taken in the
 * victim by the test's own agents and commands; {@code t} where the line was written.
 */
final class Checker {

    /** After so many attempts that a crash cut off, a task may be put away as poison. */
    private static final int POISON = 3;

    private record Cancel(long at, boolean answered, boolean granted) {}

    private record Effect(String key, String hash, long fence, boolean applied) {}

    /** All that is known of one task. */
    private static final class Known {
        final String task;
        String ref = "";
        boolean acknowledged;
        final List<Line> begins = new ArrayList<>();
        final List<Line> ends = new ArrayList<>();
        final List<Line> states = new ArrayList<>();
        final List<Cancel> cancels = new ArrayList<>();
        final List<Effect> effects = new ArrayList<>();
        boolean cancelAsked;
        boolean lost;

        Known(String task) {
            this.task = task;
        }

        /** {@return the first report of its end, or a line without an event} */
        Line end() {
            return states.stream()
                    .filter(state -> state.flag("final"))
                    .findFirst()
                    .orElseGet(() -> Line.of(""));
        }
    }

    private final List<Finding> findings = new ArrayList<>();
    private final Map<String, Job> jobs = new LinkedHashMap<>();
    private final Map<String, Long> submitted = new HashMap<>();
    private final Map<String, Known> tasks = new LinkedHashMap<>();
    private final Map<String, Set<String>> tasksOfRef = new HashMap<>();
    private final Map<String, Integer> graphSizes = new HashMap<>();
    private final Map<Long, Long> deaths = new TreeMap<>();
    private long life;

    private Checker() {}

    /**
     * Judges the histories in two files.
     *
     * @return what was broken; empty if nothing was
     * @throws IOException if a file cannot be read
     */
    static List<Finding> check(Path driver, Path sink) throws IOException {
        Checker checker = new Checker();
        History.read(driver, checker::driverSays);
        History.read(sink, checker::sinkSays);
        return checker.judge();
    }

    /** Judges histories that are in memory. */
    static List<Finding> check(Collection<Line> driver, Collection<Line> sink) {
        Checker checker = new Checker();
        driver.forEach(checker::driverSays);
        sink.forEach(checker::sinkSays);
        return checker.judge();
    }

    private void driverSays(Line line) {
        switch (line.event()) {
            case "submit" -> {
                Job job = new Job(line);
                if (jobs.putIfAbsent(job.ref(), job) == null && !job.graph().isEmpty()) {
                    graphSizes.merge(job.graph(), 1, Integer::sum);
                }
                submitted.putIfAbsent(job.ref(), line.number("t"));
            }
            case "ack" -> acknowledged(line.text("ref"), line.text("task"));
            case "ack-graph" -> {
                String[] refs = line.text("refs").split(" ", -1);
                String[] names = line.text("tasks").split(" ", -1);
                for (int i = 0; i < refs.length; i++) {
                    acknowledged(refs[i], i < names.length ? names[i] : "none");
                }
            }
            case "start" -> life = line.number("life");
            case "died" -> {
                deaths.put(line.number("life"), line.number("t"));
                if (line.flag("unasked")) {
                    found(
                            Rule.NODE_SERVES,
                            "life " + line.number("life"),
                            "the process ended by itself: " + line.text("how"));
                }
            }
            case "cancel" -> known(line.text("task")).cancelAsked = true;
            case "cancelled" ->
                    known(line.text("task"))
                            .cancels
                            .add(new Cancel(line.number("at"), true, line.flag("answer")));
            case "state", "ended" -> known(line.text("task")).states.add(line.with("life", life));
            case "missing" -> {
                Known known = known(line.text("task"));
                if (known.acknowledged && !known.lost) {
                    known.lost = true;
                    found(
                            Rule.ACKNOWLEDGED_IS_KNOWN,
                            line.text("task"),
                            "was acknowledged, and life " + life + " does not know it");
                }
            }
            case "counted" -> counted(line);
            case "fault" -> found(Rule.NODE_SERVES, line.text("command"), line.text("what"));
            case "silent" ->
                    found(Rule.NODE_SERVES, "life " + life, "no answer: " + line.text("what"));
            default -> {
                // What else the driver notes is for people.
            }
        }
    }

    private void acknowledged(String ref, String task) {
        Known known = known(task);
        known.acknowledged = true;
        named(known, ref);
    }

    private void named(Known known, String ref) {
        if (known.ref.isEmpty()) {
            known.ref = ref;
        } else if (!known.ref.equals(ref)) {
            found(
                    Rule.ONE_TASK_PER_KEY,
                    known.task,
                    "is the answer for both " + known.ref + " and " + ref);
        }
        Set<String> names = tasksOfRef.computeIfAbsent(ref, one -> new HashSet<>());
        Job job = jobs.get(ref);
        if (names.add(known.task) && names.size() == 2 && job != null && !job.key().isEmpty()) {
            found(Rule.ONE_TASK_PER_KEY, job.key(), "names two tasks: " + names);
        }
    }

    private void counted(Line line) {
        int size = graphSizes.getOrDefault(line.text("graph"), 0);
        long seen = line.number("seen");
        if (seen != 0 && seen != size) {
            found(Rule.GRAPH_WHOLE, line.text("graph"), seen + " of its " + size + " tasks exist");
        }
    }

    private void sinkSays(Line line) {
        switch (line.event()) {
            case "begin" -> {
                Known known = known(line.text("task"));
                named(known, line.text("ref"));
                known.begins.add(line);
            }
            case "end" -> known(line.text("task")).ends.add(line);
            case "effect" ->
                    known(line.text("task"))
                            .effects
                            .add(
                                    new Effect(
                                            line.text("key"),
                                            line.text("hash"),
                                            line.number("fence"),
                                            line.flag("applied")));
            default -> {
                // Half a line of a victim that died while it wrote.
            }
        }
    }

    private Known known(String task) {
        return tasks.computeIfAbsent(task, Known::new);
    }

    private void found(Rule rule, String subject, String sentence) {
        findings.add(new Finding(rule, subject, sentence));
    }

    private List<Finding> judge() {
        Map<Long, String> fences = new HashMap<>();
        for (Known known : tasks.values()) {
            known.begins.sort(Comparator.comparingLong(begin -> begin.number("at")));
            known.states.sort(Comparator.comparingLong(state -> state.number("at")));
            for (Line begin : known.begins) {
                String other = fences.put(begin.number("fence"), known.task);
                if (other != null) {
                    found(
                            Rule.FENCE_GROWS,
                            known.task,
                            "has the fence " + begin.number("fence") + " of " + other);
                }
            }
        }
        for (Known known : tasks.values()) {
            Job job = jobs.get(known.ref);
            if (job == null && known.begins.isEmpty() && !known.acknowledged) {
                // It was stored, never acknowledged, and ended before it began: anyone's.
                continue;
            }
            if (job == null) {
                found(Rule.ACKNOWLEDGED_IS_KNOWN, known.task, "nobody asked for it");
                continue;
            }
            ends(known);
            fences(known);
            starts(known, job);
            parents(known, job);
            attempts(known, job);
            cancels(known, job);
            transitions(known);
            reason(known, job);
        }
        effects();
        return List.copyOf(findings);
    }

    private void ends(Known known) {
        Line end = known.end();
        if (!end.flag("final")) {
            if (known.acknowledged && !known.lost) {
                found(Rule.ACKNOWLEDGED_ENDS, known.task, "was acknowledged and has not ended");
            }
            return;
        }
        Set<Long> told = new HashSet<>();
        for (Line state : known.states) {
            if (state.is("ended") && !told.add(state.number("life"))) {
                found(Rule.ONE_END, known.task, "ended twice in life " + state.number("life"));
            }
            if (state.flag("final")
                    && !(state.text("state").equals(end.text("state"))
                            && state.text("ended").equals(end.text("ended")))) {
                found(Rule.ONE_END, known.task, "ended as " + end + " and as " + state);
                return;
            }
        }
    }

    private void fences(Known known) {
        for (int i = 1; i < known.begins.size(); i++) {
            long before = known.begins.get(i - 1).number("fence");
            long fence = known.begins.get(i).number("fence");
            if (fence <= before) {
                found(
                        Rule.FENCE_GROWS,
                        known.task,
                        "started with the fence " + fence + " after " + before);
            }
        }
        Line end = known.end();
        if (end.text("state").equals("Succeeded")) {
            boolean held =
                    known.ends.stream()
                            .anyMatch(
                                    one ->
                                            one.text("how").equals("Succeeded")
                                                    && one.number("fence") == end.number("output"));
            if (!held) {
                found(
                        Rule.STALE_END_REFUSED,
                        known.task,
                        "took its output from the fence "
                                + end.number("output")
                                + ", which did not succeed while it held");
            }
        }
    }

    private void starts(Known known, Job job) {
        if (job.atMostOnce() && known.begins.size() > 1) {
            found(Rule.AT_MOST_ONCE, known.task, "started " + known.begins.size() + " times");
        }
        Line end = known.end();
        long notBefore =
                submitted.getOrDefault(job.ref(), 0L)
                        + TimeUnit.MILLISECONDS.toNanos(job.delayMs());
        Map<String, Line> failures = new HashMap<>();
        for (Line one : known.ends) {
            if (one.text("how").equals("Failed")) {
                failures.put(one.number("life") + "/" + one.number("attempt"), one);
            }
        }
        for (Line begin : known.begins) {
            long at = begin.number("at");
            if (at < notBefore) {
                found(
                        Rule.NOT_EARLY,
                        known.task,
                        "started " + (notBefore - at) / 1_000 + " µs before its time");
            }
            if (end.flag("final") && at > end.number("at")) {
                found(
                        Rule.NO_START_AFTER_END,
                        known.task,
                        "started as attempt " + begin.number("attempt") + " after its end " + end);
            }
            Line failure = failures.get(begin.number("life") + "/" + (begin.number("attempt") - 1));
            if (failure != null
                    && at < failure.number("at") + TimeUnit.MILLISECONDS.toNanos(job.retryMs())) {
                found(
                        Rule.NOT_EARLY,
                        known.task,
                        "attempt " + begin.number("attempt") + " began before the retry's delay");
            }
        }
    }

    private void parents(Known known, Job job) {
        if (known.begins.isEmpty()) {
            return;
        }
        long start = known.begins.get(0).number("at");
        for (String parent : job.parents()) {
            for (String name : tasksOfRef.getOrDefault(parent, Set.of())) {
                Known before = known(name);
                boolean ready =
                        before.ends.stream()
                                .anyMatch(
                                        end ->
                                                end.text("how").equals("Succeeded")
                                                        && end.number("at") < start);
                if (!ready) {
                    found(
                            Rule.PARENTS_FIRST,
                            known.task,
                            "started before its parent " + name + " succeeded");
                }
                if (before.begins.stream().anyMatch(begin -> begin.number("at") > start)) {
                    found(
                            Rule.PARENTS_FIRST,
                            known.task,
                            "had started when its parent " + name + " was run again");
                }
                if (before.end().flag("final") && !before.end().text("state").equals("Succeeded")) {
                    found(
                            Rule.PARENTS_FIRST,
                            known.task,
                            "started, and its parent " + name + " ended as " + before.end());
                }
            }
        }
    }

    /** {@return how many lives that died had begun the task and not seen its end} */
    private long cutOff(Known known) {
        long ended = known.end().flag("final") ? known.end().number("at") : Long.MAX_VALUE;
        return known.begins.stream()
                .map(begin -> begin.number("life"))
                .distinct()
                .filter(one -> deaths.getOrDefault(one, Long.MAX_VALUE) < ended)
                .count();
    }

    private void attempts(Known known, Job job) {
        long counted = known.begins.size() - cutOff(known);
        if (counted > job.attempts()) {
            found(
                    Rule.ATTEMPTS,
                    known.task,
                    "was tried "
                            + counted
                            + " times beside those that a crash cut off; its policy allows "
                            + job.attempts());
        }
        for (int i = 1; i < known.begins.size(); i++) {
            long before = known.begins.get(i - 1).number("attempt");
            long attempt = known.begins.get(i).number("attempt");
            if (attempt <= before) {
                found(
                        Rule.ATTEMPTS,
                        known.task,
                        "began attempt " + attempt + " after attempt " + before);
            }
        }
    }

    private void cancels(Known known, Job job) {
        for (Cancel cancel : known.cancels) {
            if (!cancel.granted()) {
                continue;
            }
            for (Line begin : known.begins) {
                if (begin.number("at") > cancel.at()) {
                    found(Rule.CANCEL_HOLDS, known.task, "started after it was cancelled");
                }
            }
            String end = known.end().text("state");
            if (known.begins.isEmpty()
                    && !end.isEmpty()
                    && !end.equals("Cancelled")
                    && !(job.atMostOnce() && end.equals("Unknown"))) {
                found(Rule.CANCEL_HOLDS, known.task, "was cancelled and ended as " + end);
            }
        }
    }

    private void transitions(Known known) {
        long begun = known.begins.isEmpty() ? Long.MAX_VALUE : known.begins.get(0).number("at");
        long attempt = 0;
        long fence = 0;
        long over = known.end().flag("final") ? known.end().number("at") : Long.MAX_VALUE;
        long seen = 0;
        for (Line state : known.states) {
            String name = state.text("state");
            // What was asked for before something happened may say how it was before that.
            long asked = state.has("asked") ? state.number("asked") : state.number("at");
            if (asked > over && !state.flag("final")) {
                found(Rule.LEGAL_TRANSITION, known.task, "was " + name + " after its end");
                return;
            }
            if (name.equals("Blocked") && asked > begun) {
                found(Rule.LEGAL_TRANSITION, known.task, "was Blocked after it had started");
                return;
            }
            if (name.equals("Running")) {
                if (asked > seen
                        && (state.number("attempt") < attempt || state.number("fence") < fence)) {
                    found(Rule.LEGAL_TRANSITION, known.task, "fell back to " + state);
                    return;
                }
                attempt = Math.max(attempt, state.number("attempt"));
                fence = Math.max(fence, state.number("fence"));
                seen = state.number("at");
            }
        }
    }

    private void reason(Known known, Job job) {
        String end = known.end().text("state");
        long failures = known.ends.stream().filter(one -> one.text("how").equals("Failed")).count();
        boolean crashed = !deaths.isEmpty();
        boolean holds =
                switch (end) {
                    case "", "Succeeded" -> true;
                    case "Failed" ->
                            job.zombie()
                                    || (failures > 0 && failures + cutOff(known) >= job.attempts());
                    case "Cancelled" -> known.cancelAsked || parentDidNotSucceed(job);
                    case "Quarantined" -> cutOff(known) >= POISON;
                    case "Unknown" -> job.atMostOnce() && crashed;
                    default -> false;
                };
        if (!holds) {
            Rule rule = end.equals("Unknown") ? Rule.AT_MOST_ONCE : Rule.END_HAS_REASON;
            found(
                    rule,
                    known.task,
                    "ended as "
                            + end
                            + " after "
                            + known.begins.size()
                            + " starts and "
                            + failures
                            + " failures of "
                            + job.line());
        }
    }

    private boolean parentDidNotSucceed(Job job) {
        for (String parent : job.parents()) {
            for (String name : tasksOfRef.getOrDefault(parent, Set.of())) {
                if (!known(name).end().text("state").equals("Succeeded")) {
                    return true;
                }
            }
        }
        return false;
    }

    private void effects() {
        Map<String, Integer> applied = new HashMap<>();
        Map<String, String> hashes = new HashMap<>();
        for (Known known : tasks.values()) {
            for (Effect effect : known.effects) {
                if (effect.applied()) {
                    applied.merge(known.ref, 1, Integer::sum);
                }
                String hash = hashes.putIfAbsent(effect.key(), effect.hash());
                if (hash != null && !hash.equals(effect.hash())) {
                    found(
                            Rule.EFFECT_ONCE,
                            effect.key(),
                            "asked for two effects: " + hash + " and " + effect.hash());
                }
            }
        }
        for (Known known : tasks.values()) {
            int count = applied.getOrDefault(known.ref, 0);
            Job job = jobs.get(known.ref);
            boolean keyed = job != null && !job.key().isEmpty();
            if (count == 0 && known.end().text("state").equals("Succeeded")) {
                found(Rule.EFFECT_ONCE, known.task, "succeeded without its effect");
            }
            if (count > 1
                    && (keyed || known.effects.stream().filter(Effect::applied).count() > 1)) {
                found(Rule.EFFECT_ONCE, known.task, "had its effect " + count + " times");
            }
        }
    }
}
