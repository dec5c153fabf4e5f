package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentState;
import io.sirsi.event.Event;
import io.sirsi.failure.RefusedException;
import io.sirsi.session.SessionId;
import io.sirsi.task.Dependency;
import io.sirsi.task.TaskAttemptFailed;
import io.sirsi.task.TaskFinished;
import io.sirsi.task.TaskGraph;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskOutcome;
import io.sirsi.task.TaskProgressed;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskStarted;
import io.sirsi.task.TaskState;
import io.sirsi.task.TaskSubmitted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random days in the life of a scheduler, each from one seed, each watched for what must hold. */
class SimulationTest {

    private static final int SEEDS = 500;
    private static final int STEPS = 150;

    /** After so many turns of ten seconds every attempt has been given up on. */
    private static final int ABANDONED_BY = 10;

    @Test
    void whatever_happens_the_rules_hold() {
        long ended = 0;
        long refused = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            try {
                Day day = new Day(seed);
                day.live();
                ended += day.finish();
                refused += day.bench.engine.stats().refusedCompletions();
            } catch (RuntimeException | AssertionError broken) {
                throw new AssertionError("seed " + seed, broken);
            }
        }
        assertThat(ended).as("something happened").isGreaterThan(SEEDS * 20L);
        assertThat(refused).as("zombies spoke").isPositive();
    }

    @Test
    void the_same_seed_is_the_same_day() {
        for (int seed = 0; seed < 20; seed++) {
            assertThat(story(seed)).isEqualTo(story(seed));
        }
        assertThat(story(1)).isNotEqualTo(story(2));
    }

    private static List<Event> story(int seed) {
        Day day = new Day(seed);
        day.live();
        day.finish();
        return day.bench.bus.events();
    }

    private static final class Day {

        private final Random random;
        private final Bench bench;
        private final RandomWork work;
        private final List<ScriptedAgents.Run> zombies = new ArrayList<>();
        private int agentNumber;
        private int checkedEvents;
        private long lastFence;
        private final Map<TaskId, String> told = new HashMap<>();
        private final Map<TaskId, Integer> starts = new HashMap<>();

        Day(int seed) {
            random = new Random(seed);
            work = new RandomWork(random);
            bench = new Bench(Bench.settings(200), seed);
            bench.agents.type("wide", 3, "work");
        }

        void live() {
            for (int i = 0; i < STEPS; i++) {
                step();
                if (random.nextInt(3) > 0) {
                    bench.engine.runDue();
                }
                check();
            }
        }

        /** Whatever still waits gets its chance; then all must have ended. */
        long finish() {
            bench.agents.refusing = false;
            for (SessionId session : List.of(Bench.SESSION, Bench.OTHER)) {
                bench.engine.pause(session, false);
                addAgent(session, "aws");
            }
            for (int i = 0; i < 2_000 && unfinished(); i++) {
                bench.run();
                bench.agents.running().stream()
                        .filter(run -> !zombies.contains(run))
                        .forEach(ScriptedAgents.Run::succeed);
                bench.pass(Duration.ofSeconds(10));
                check();
                if (i == ABANDONED_BY) {
                    letZombiesSpeak();
                }
            }
            bench.run();
            check();
            List<TaskSnapshot> all = bench.engine.list(TaskQuery.newest(100_000));
            assertThat(all.stream().filter(task -> !task.state().isFinal())).isEmpty();
            bench.pass(Attempts.REFUSAL_PAUSE);
            assertThat(bench.engine.armedTimers()).isZero();
            assertThat(all).hasSize((int) bench.engine.stats().submitted());
            return all.size();
        }

        /** Those who were given up on end at last; nothing may change by it. */
        private void letZombiesSpeak() {
            Map<TaskId, TaskState> before = new HashMap<>();
            zombies.forEach(zombie -> before.put(zombie.task(), bench.state(zombie.task())));
            zombies.forEach(ScriptedAgents.Run::succeed);
            before.forEach((task, state) -> assertThat(bench.state(task)).isEqualTo(state));
            zombies.clear();
            bench.run();
            check();
        }

        private boolean unfinished() {
            return bench.engine.list(TaskQuery.newest(100_000)).stream()
                    .anyMatch(task -> !task.state().isFinal());
        }

        private void step() {
            switch (random.nextInt(14)) {
                case 0 -> addAgent(session(), random.nextBoolean() ? "aws" : "wide");
                case 1 -> endAgent();
                case 2, 3, 4 -> submit();
                case 5 -> submitGraph();
                case 6, 7, 8 -> endRun();
                case 9 -> bench.clock.pass(Duration.ofMillis(random.nextInt(20_000)));
                case 10 -> {
                    if (!work.tasks.isEmpty()) {
                        bench.engine.cancel(work.any(work.tasks), "called off");
                    }
                }
                case 11 -> bench.engine.pause(session(), random.nextBoolean());
                case 12 -> bench.agents.refusing = random.nextInt(4) == 0;
                default -> speak();
            }
        }

        private SessionId session() {
            return random.nextInt(4) == 0 ? Bench.OTHER : Bench.SESSION;
        }

        private void addAgent(SessionId session, String type) {
            work.agents.add(
                    bench.agents.add(
                            session,
                            "a" + ++agentNumber,
                            type,
                            random.nextBoolean() ? new String[] {"fast"} : new String[0]));
            if (random.nextInt(4) > 0) {
                bench.engine.agentsChanged();
            }
        }

        private void endAgent() {
            if (work.agents.isEmpty() || random.nextBoolean()) {
                return;
            }
            AgentId agent = work.any(work.agents);
            if (random.nextBoolean()) {
                bench.agents.enter(agent, AgentState.DRAINING);
            }
            bench.agents.kill(agent);
            work.agents.remove(agent);
            bench.engine.agentsChanged();
        }

        private void submit() {
            TaskSpec spec = work.afterSome(work.spec());
            try {
                work.note(bench.engine.schedule(session(), spec));
            } catch (RefusedException otherSessionOrFull) {
                assertThat(otherSessionOrFull.reason())
                        .isIn(RefusedException.Reason.NOT_FOUND, RefusedException.Reason.LIMIT);
            }
        }

        private void submitGraph() {
            TaskGraph graph = work.graph(work::spec);
            try {
                bench.engine.scheduleAll(session(), graph).forEach(work::note);
            } catch (RefusedException fullOrCircle) {
                if (fullOrCircle.reason() == RefusedException.Reason.INVALID) {
                    assertThat(fullOrCircle).hasMessageContaining("one idempotency key");
                } else {
                    assertThat(fullOrCircle.reason()).isEqualTo(RefusedException.Reason.LIMIT);
                }
            }
        }

        private void endRun() {
            List<ScriptedAgents.Run> running =
                    bench.agents.running().stream().filter(run -> !zombies.contains(run)).toList();
            if (running.isEmpty()) {
                return;
            }
            ScriptedAgents.Run run = work.any(running);
            switch (random.nextInt(6)) {
                case 0, 1, 2 -> run.fail(work.failure(random.nextInt(3)));
                case 3 -> run.end(new TaskOutcome.Cancelled(Duration.ZERO, "x"));
                case 4 -> {
                    run.ignoresAbandon = true; // speaks again when nobody listens any more
                    zombies.add(run);
                }
                default -> run.succeed();
            }
        }

        private void speak() {
            List<ScriptedAgents.Run> running = bench.agents.running();
            if (running.isEmpty()) {
                return;
            }
            ScriptedAgents.Run run = work.any(running);
            run.assignment.monitor().progress(random.nextInt(9), 9, "step");
            if (random.nextBoolean()) {
                try {
                    work.note(run.assignment.monitor().submit(work.spec()));
                } catch (RefusedException endedOrFull) {
                    assertThat(endedOrFull.reason())
                            .isIn(RefusedException.Reason.CONFLICT, RefusedException.Reason.LIMIT);
                }
            }
        }

        /** What must hold, told by the events since the last look. */
        private void check() {
            List<Event> events = bench.bus.events();
            for (Event event : events.subList(checkedEvents, events.size())) {
                check(event);
            }
            checkedEvents = events.size();
            for (AgentId agent : work.agents) {
                int most = agentIsWide(agent) ? 3 : 1;
                assertThat(bench.agents.running(agent).size()).isLessThanOrEqualTo(most);
            }
        }

        private boolean agentIsWide(AgentId agent) {
            return bench.agents.find(agent).orElseThrow().spec().type().value().equals("wide");
        }

        private void check(Event event) {
            if (event instanceof TaskSubmitted submitted) {
                assertThat(told.put(submitted.task().id(), "submitted")).isNull();
            } else if (event instanceof TaskStarted started) {
                checkStart(started);
            } else if (event instanceof TaskProgressed progressed) {
                assertThat(told.get(progressed.task())).isEqualTo("started");
            } else if (event instanceof TaskAttemptFailed failed) {
                assertThat(told.put(failed.task().id(), "failed")).isEqualTo("started");
                assertThat(failed.failure().retryable()).isTrue();
            } else if (event instanceof TaskFinished finished) {
                assertThat(told.put(finished.task().id(), "finished"))
                        .isNotNull()
                        .isNotEqualTo("finished");
                assertThat(finished.task().state().isFinal()).isTrue();
            }
        }

        private void checkStart(TaskStarted started) {
            TaskSnapshot task = started.task();
            assertThat(told.put(task.id(), "started")).isIn("submitted", "failed");
            TaskState.Running running = (TaskState.Running) task.state();
            assertThat(running.fence()).isGreaterThan(lastFence);
            lastFence = running.fence();
            assertThat(running.attempt()).isEqualTo(starts.merge(task.id(), 1, Integer::sum));
            assertThat(running.attempt()).isLessThanOrEqualTo(task.spec().retry().attempts());
            assertThat(bench.agents.find(running.agent()).orElseThrow().session())
                    .isEqualTo(task.session());
            for (Dependency before : task.spec().dependencies()) {
                assertThat(told.get(before.task())).isEqualTo("finished");
                if (before.condition() == Dependency.Condition.SUCCESS) {
                    assertThat(bench.stateName(before.task())).isEqualTo("Succeeded");
                }
            }
        }
    }
}
