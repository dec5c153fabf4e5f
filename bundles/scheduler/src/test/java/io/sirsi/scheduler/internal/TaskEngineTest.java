package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentState;
import io.sirsi.failure.RefusedException;
import io.sirsi.failure.RefusedException.Reason;
import io.sirsi.task.AgentConstraint;
import io.sirsi.task.Dependency;
import io.sirsi.task.Payload;
import io.sirsi.task.Priority;
import io.sirsi.task.RetryPolicy;
import io.sirsi.task.SchedulerStats;
import io.sirsi.task.TaskAttemptFailed;
import io.sirsi.task.TaskFinished;
import io.sirsi.task.TaskGraph;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskMonitor;
import io.sirsi.task.TaskOutcome;
import io.sirsi.task.TaskProgressed;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskStarted;
import io.sirsi.task.TaskState;
import io.sirsi.task.TaskSubmitted;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class TaskEngineTest {

    private static final long FIRST_FENCE = (1L << 40) + 1;
    private static final TaskSpec WORK = TaskSpec.of("work");

    private final Bench bench = new Bench();
    private final TaskEngine engine = bench.engine;
    private final ScriptedAgents agents = bench.agents;

    private AgentId agent(String name, String... domains) {
        AgentId agent = agents.add(Bench.SESSION, name, "aws", domains);
        engine.agentsChanged();
        return agent;
    }

    // ---- the plain way ----

    @Test
    void a_task_is_submitted_started_and_finished() {
        AgentId agent = agent("one");
        TaskId task = bench.submit(WORK);
        assertThat(bench.state(task)).isEqualTo(new TaskState.Ready(Bench.NOW));
        assertThat(bench.wakeUps).isPositive();
        bench.clock.pass(Duration.ofSeconds(1));
        bench.run();
        assertThat(bench.state(task))
                .isEqualTo(
                        new TaskState.Running(
                                agent, 1, FIRST_FENCE, Bench.NOW.plus(Duration.ofSeconds(1))));
        bench.last(task).assignment.monitor().progress(1, 2, "half");
        bench.clock.pass(Duration.ofSeconds(2));
        bench.last(task).succeed();
        bench.run();
        Instant end = Bench.NOW.plus(Duration.ofSeconds(3));
        assertThat(bench.state(task))
                .isEqualTo(new TaskState.Succeeded(end, Payload.json("\"" + task + "\"")));
        assertThat(bench.bus.story())
                .isEqualTo("TaskSubmitted TaskStarted TaskProgressed TaskFinished");
        assertThat(bench.bus.of(TaskSubmitted.class).get(0).task().state())
                .isEqualTo(new TaskState.Ready(Bench.NOW));
        assertThat(bench.bus.of(TaskStarted.class).get(0).waited())
                .isEqualTo(Duration.ofSeconds(1));
        assertThat(bench.bus.of(TaskProgressed.class).get(0).note()).isEqualTo("half");
        TaskFinished finished = bench.bus.of(TaskFinished.class).get(0);
        assertThat(finished.ran()).isEqualTo(Duration.ofSeconds(2));
        assertThat(finished.at()).isEqualTo(end);
        assertThat(finished.task()).isEqualTo(engine.find(task).orElseThrow());
        assertThat(engine.armedTimers()).isZero();
        assertThat(engine.stats().byState()).isEqualTo(Map.of("Succeeded", 1L));
        assertThat(engine.stats().submitted()).isEqualTo(1);
    }

    @Test
    void an_end_that_a_crash_could_still_undo_is_shown_to_nobody() {
        agent("one");
        TaskId task = bench.submit(WORK);
        bench.run();
        bench.journal.hold();
        bench.last(task).succeed();
        bench.run();
        assertThat(bench.state(task)).isInstanceOf(TaskState.Running.class);
        assertThat(engine.list(TaskQuery.newest(1)).get(0).state())
                .isInstanceOf(TaskState.Running.class);
        bench.journal.release();
        bench.run();
        assertThat(bench.state(task)).isInstanceOf(TaskState.Succeeded.class);
    }

    @Test
    void the_assignment_says_who_what_and_until_when() {
        AgentId agent = agent("one");
        TaskId task = bench.submit(WORK.timeout(Duration.ofSeconds(7)).label("scan", "x"));
        bench.run();
        var assignment = bench.last(task).assignment;
        assertThat(assignment.attempt()).isEqualTo(1);
        assertThat(assignment.fence()).isEqualTo(FIRST_FENCE);
        assertThat(assignment.timeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(bench.state(task))
                .isEqualTo(new TaskState.Running(agent, 1, FIRST_FENCE, Bench.NOW));
    }

    @Test
    void progress_said_before_the_start_is_told_comes_after_it_and_repeated_words_take_one_place() {
        agent("one");
        TaskId task = bench.submit(WORK);
        bench.run();
        TaskMonitor monitor = bench.last(task).assignment.monitor();
        for (int i = 0; i < 1_000; i++) {
            monitor.progress(i, 1_000, "loop");
        }
        bench.run();
        assertThat(bench.bus.of(TaskProgressed.class))
                .extracting(TaskProgressed::done)
                .containsExactly(999L);
        bench.last(task).succeed();
        monitor.progress(5, 5, "too late");
        bench.run();
        assertThat(bench.bus.story())
                .isEqualTo("TaskSubmitted TaskStarted TaskProgressed TaskFinished");
    }

    // ---- order ----

    @Test
    void the_more_urgent_goes_first_and_among_equals_the_longer_waiting() {
        agent("one");
        List<TaskId> expected = new ArrayList<>();
        TaskId low = bench.submit(WORK.priority(Priority.LOW));
        TaskId normal = bench.submit(WORK);
        TaskId normal2 = bench.submit(TaskSpec.of("other"));
        TaskId high = bench.submit(WORK.priority(Priority.HIGH));
        TaskId emergency = bench.submit(WORK.priority(Priority.EMERGENCY));
        TaskId critical = bench.submit(TaskSpec.of("other").priority(Priority.CRITICAL));
        expected.addAll(List.of(emergency, critical, high, normal, normal2, low));
        runToTheEnd();
        assertThat(agents.startedTasks()).isEqualTo(expected);
    }

    @Test
    void a_waiting_task_rises_one_level_an_interval_and_never_starves() {
        agent("one");
        TaskId low = bench.submit(WORK.priority(Priority.LOW));
        bench.clock.pass(Bench.AGING.minusNanos(1));
        TaskId normal = bench.submit(WORK);
        bench.run();
        assertThat(agents.startedTasks()).containsExactly(normal);
        bench.clock.pass(Duration.ofNanos(1));
        bench.submit(WORK);
        bench.last(normal).succeed();
        bench.run();
        assertThat(agents.startedTasks()).containsExactly(normal, low);

        TaskId patient = bench.submit(WORK.priority(Priority.LOW));
        for (int i = 0; i < 20 && bench.stateName(patient).equals("Ready"); i++) {
            bench.submit(WORK.priority(Priority.EMERGENCY));
            agents.running().get(0).succeed();
            bench.pass(Duration.ofSeconds(30));
        }
        assertThat(bench.stateName(patient)).isEqualTo("Running");
    }

    @Test
    void a_task_that_an_agent_refused_keeps_its_turn_and_is_offered_again_after_a_pause() {
        agent("one");
        agents.refusing = true;
        TaskId first = bench.submit(WORK);
        bench.run();
        assertThat(bench.stateName(first)).isEqualTo("Ready");
        assertThat(agents.asks).isEqualTo(1);
        bench.run();
        assertThat(agents.asks).isEqualTo(1);
        agents.refusing = false;
        bench.submit(WORK);
        bench.pass(Attempts.REFUSAL_PAUSE.minusNanos(1));
        assertThat(agents.started).isEmpty();
        bench.pass(Duration.ofNanos(1));
        assertThat(agents.startedTasks()).containsExactly(first);
        assertThat(bench.bus.of(TaskStarted.class)).hasSize(1);
    }

    // ---- who runs it ----

    @Test
    void only_agents_of_its_session_that_run_its_type_and_meet_all_constraints_get_a_task() {
        agents.add(Bench.OTHER, "stranger", "aws", "compute");
        agents.type("host", 1, "host.scan");
        agents.add(Bench.SESSION, "wrong-type", "host", "compute");
        agents.type("gcp", 1, "work");
        agents.add(Bench.SESSION, "no-skill", "aws");
        agents.add(Bench.SESSION, "forbidden", "aws", "compute", "legacy");
        TaskId task =
                bench.submit(
                        WORK.constraint(AgentConstraint.ofType("aws"))
                                .constraint(AgentConstraint.requireCapability("compute"))
                                .constraint(AgentConstraint.forbidCapability("legacy")));
        engine.agentsChanged();
        bench.run();
        agents.add(Bench.SESSION, "other-cloud", "gcp", "compute");
        engine.agentsChanged();
        bench.run();
        assertThat(agents.started).isEmpty();
        AgentId right = agent("right", "compute");
        bench.run();
        assertThat(bench.last(task).agent()).isEqualTo(right);
    }

    @Test
    void a_preference_decides_between_those_with_a_place_and_excludes_nobody() {
        AgentId plain = agent("plain");
        AgentId preferred = agent("preferred", "ssd");
        TaskSpec picky = WORK.constraint(AgentConstraint.preferCapability("ssd"));
        TaskId first = bench.submit(picky);
        bench.run();
        TaskId second = bench.submit(picky);
        bench.run();
        assertThat(bench.last(first).agent()).isEqualTo(preferred);
        assertThat(bench.last(second).agent()).isEqualTo(plain);
    }

    @Test
    void tasks_are_spread_and_no_agent_gets_more_than_its_concurrency() {
        agents.type("wide", 3, "work");
        AgentId a = agents.add(Bench.SESSION, "a", "wide");
        AgentId b = agents.add(Bench.SESSION, "b", "wide");
        engine.agentsChanged();
        for (int i = 0; i < 4; i++) {
            bench.submit(WORK);
        }
        bench.run();
        assertThat(agents.running(a)).hasSize(2);
        assertThat(agents.running(b)).hasSize(2);
        for (int i = 0; i < 10; i++) {
            bench.submit(WORK);
        }
        bench.run();
        assertThat(agents.running(a)).hasSize(3);
        assertThat(agents.running(b)).hasSize(3);
    }

    @Test
    void a_task_that_names_an_unknown_or_ended_agent_fails_at_once() {
        AgentId ended = agent("ended");
        agents.kill(ended);
        TaskId unknown =
                bench.submit(WORK.constraint(AgentConstraint.named(new AgentId("nobody"))));
        TaskId late = bench.submit(WORK.constraint(AgentConstraint.named(ended)));
        bench.run();
        assertThat(failure(unknown).code()).isEqualTo(AgentFailure.Code.GONE);
        assertThat(failure(unknown).sentence()).contains("'nobody'");
        assertThat(failure(late).code()).isEqualTo(AgentFailure.Code.GONE);
    }

    @Test
    void a_task_that_names_an_agent_which_can_never_run_it_fails_at_once() {
        AgentId stranger = agents.add(Bench.OTHER, "stranger", "aws");
        agents.type("host", 1, "host.scan");
        AgentId unable = agents.add(Bench.SESSION, "unable", "host");
        engine.agentsChanged();
        bench.run();
        TaskId elsewhere = bench.submit(WORK.constraint(AgentConstraint.named(stranger)));
        TaskId unsupported = bench.submit(WORK.constraint(AgentConstraint.named(unable)));
        bench.run();
        assertThat(failure(elsewhere).code()).isEqualTo(AgentFailure.Code.GONE);
        assertThat(failure(elsewhere).sentence()).contains("not in its session");
        assertThat(failure(unsupported).code()).isEqualTo(AgentFailure.Code.UNSUPPORTED);
    }

    @Test
    void tasks_fail_when_the_agent_that_they_name_ends_wherever_they_wait() {
        AgentId agent = agent("one");
        AgentId other = agent("two");
        TaskSpec named = WORK.constraint(AgentConstraint.named(agent));
        TaskId running = bench.submit(named);
        bench.run();
        TaskId ready = bench.submit(named);
        TaskId blocked = bench.submit(named.after(ready));
        TaskId elsewhere = bench.submit(WORK.constraint(AgentConstraint.named(other)));
        bench.run();
        agents.enter(agent, AgentState.DRAINING);
        engine.agentsChanged();
        bench.run();
        assertThat(bench.stateName(ready)).isEqualTo("Ready");
        agents.kill(agent);
        engine.agentsChanged();
        bench.run();
        assertThat(failure(ready).code()).isEqualTo(AgentFailure.Code.GONE);
        assertThat(bench.stateName(blocked)).isIn("Failed", "Cancelled");
        assertThat(failure(running).code()).isEqualTo(AgentFailure.Code.GONE);
        assertThat(bench.stateName(elsewhere)).isEqualTo("Running");
        assertThat(engine.armedTimers()).isEqualTo(1);
    }

    @Test
    void tasks_wait_with_their_agent_for_its_type_and_use_up_no_attempt_while_they_wait() {
        AgentId agent = agent("one");
        TaskSpec named = WORK.constraint(AgentConstraint.named(agent));
        TaskId ran = bench.submit(named);
        bench.run();
        TaskId waited = bench.submit(named.retry(RetryPolicy.NONE));
        bench.run();
        agents.typeGoes("aws");
        engine.agentsChanged();
        bench.run();
        bench.pass(Duration.ofHours(1));
        assertThat(bench.stateName(ran)).isEqualTo("Ready");
        assertThat(bench.stateName(waited)).isEqualTo("Ready");

        agents.typeComes("aws", 2, "work");
        engine.agentsChanged();
        bench.run();
        assertThat(bench.last(ran).attempt()).isEqualTo(2);
        assertThat(bench.last(waited).attempt()).isEqualTo(1);
        assertThat(agents.running(agent)).hasSize(2);
    }

    @Test
    void an_agent_that_is_there_again_between_two_looks_is_seen_as_its_type_is_now() {
        AgentId agent = agent("one");
        agents.typeGoes("aws");
        agents.typeComes("aws", 2, "work");
        bench.submit(WORK);
        bench.submit(WORK);
        engine.agentsChanged();
        bench.run();
        assertThat(agents.running(agent)).hasSize(2);
    }

    @Test
    void an_agent_spawned_after_the_last_look_is_not_taken_for_gone() {
        bench.run();
        AgentId agent = agents.add(Bench.SESSION, "new", "aws");
        TaskId task = bench.submit(WORK.constraint(AgentConstraint.named(agent)));
        bench.run();
        assertThat(bench.stateName(task)).isEqualTo("Ready");
        engine.agentsChanged();
        bench.run();
        assertThat(bench.stateName(task)).isEqualTo("Running");
    }

    @Test
    void agents_are_looked_for_again_even_if_no_event_told_of_them() {
        TaskId task = bench.submit(WORK);
        bench.run();
        agents.add(Bench.SESSION, "silent", "aws");
        bench.pass(TaskEngine.RESYNC_INTERVAL);
        assertThat(bench.stateName(task)).isEqualTo("Running");
    }

    // ---- dependencies ----

    @Test
    void a_task_waits_for_the_success_of_those_before_it_and_sees_what_they_left() {
        agent("one");
        TaskId a = bench.submit(WORK);
        TaskId b = bench.submit(WORK);
        TaskId child = bench.submit(WORK.after(a).after(b));
        TaskId stranger = bench.submit(WORK);
        assertThat(bench.state(child)).isEqualTo(new TaskState.Blocked(Set.of(a, b)));
        finishNext();
        assertThat(bench.state(child)).isEqualTo(new TaskState.Blocked(Set.of(b)));
        finishNext();
        assertThat(bench.stateName(child)).isEqualTo("Ready");
        finishNext();
        bench.run();
        TaskMonitor monitor = bench.last(child).assignment.monitor();
        assertThat(monitor.outputOf(a)).contains(Payload.json("\"" + a + "\""));
        assertThat(monitor.outputOf(b)).isPresent();
        assertThat(monitor.outputOf(stranger)).isEmpty();
        TaskId late = bench.submit(WORK.after(a));
        assertThat(bench.stateName(late)).isEqualTo("Ready");
    }

    @Test
    void what_cannot_succeed_any_more_is_cancelled_down_the_line_with_the_name_of_its_parent() {
        agent("one");
        TaskId a = bench.submit(WORK.retry(RetryPolicy.NONE));
        TaskId b = bench.submit(WORK.after(a));
        TaskId c = bench.submit(WORK.after(b));
        TaskId any = bench.submit(WORK.afterAnyEnd(a).afterAnyEnd(b));
        bench.run();
        bench.last(a).fail(AgentFailure.unreachable("ec2"));
        bench.run();
        assertThat(reason(b)).contains(a.value()).contains("ended as Failed");
        assertThat(reason(c)).contains(b.value()).contains("ended as Cancelled");
        assertThat(bench.stateName(any)).isEqualTo("Running");
        assertThat(bench.last(any).assignment.monitor().outputOf(a)).isEmpty();
        TaskId late = bench.submit(WORK.after(a));
        assertThat(reason(late)).contains(a.value());
        TaskId lateAny = bench.submit(WORK.afterAnyEnd(a));
        assertThat(bench.stateName(lateAny)).isEqualTo("Ready");
        bench.run();
        assertThat(
                        bench.bus.of(TaskSubmitted.class).stream()
                                .filter(event -> event.task().id().equals(late))
                                .count())
                .isEqualTo(1);
    }

    @Test
    void a_very_long_line_of_tasks_ends_without_recursion() {
        List<TaskId> line = new ArrayList<>();
        line.add(bench.submit(WORK));
        for (int i = 0; i < 20_000; i++) {
            line.add(bench.submit(WORK.after(line.get(i))));
        }
        assertThat(engine.cancel(line.get(0), "test")).isTrue();
        assertThat(bench.stateName(line.get(20_000))).isEqualTo("Cancelled");
    }

    @Test
    void unknown_tasks_and_tasks_of_another_session_cannot_be_waited_for() {
        TaskId mine = bench.submit(WORK);
        TaskId nobody = new TaskId("t-00000000000000000000000000");
        refused(Reason.NOT_FOUND, nobody.value(), () -> bench.submit(WORK.after(nobody)));
        refused(
                Reason.NOT_FOUND,
                mine.value(),
                () -> engine.schedule(Bench.OTHER, WORK.after(mine)));
        assertThat(engine.stats().submitted()).isEqualTo(1);
    }

    // ---- graphs ----

    @Test
    void a_graph_is_accepted_as_a_whole_and_runs_in_its_order() {
        agent("one");
        TaskGraph graph =
                new TaskGraph()
                        .add("report", WORK, "left", "right")
                        .add("left", WORK, "root")
                        .add("right", WORK, "root")
                        .add(new TaskGraph.Node("clean", WORK, Map.of("report", anyEnd())))
                        .add("root", WORK);
        List<TaskId> ids = engine.scheduleAll(Bench.SESSION, graph);
        assertThat(bench.state(ids.get(0)))
                .isEqualTo(new TaskState.Blocked(Set.of(ids.get(1), ids.get(2))));
        runToTheEnd();
        assertThat(agents.startedTasks())
                .containsExactly(ids.get(4), ids.get(1), ids.get(2), ids.get(0), ids.get(3));
    }

    @Test
    void a_task_whose_parent_ends_on_its_submission_is_ready_once() {
        agent("one");
        TaskId cancelled = bench.submit(WORK);
        engine.cancel(cancelled, "test");
        TaskSpec patient = WORK.queueTimeout(Duration.ofSeconds(4));
        List<TaskId> ids =
                engine.scheduleAll(
                        Bench.SESSION,
                        new TaskGraph()
                                .add("doomed", WORK.after(cancelled))
                                .add(
                                        new TaskGraph.Node(
                                                "child", patient, Map.of("doomed", anyEnd()))));
        bench.run();
        bench.pass(Duration.ofSeconds(10));
        assertThat(bench.stateName(ids.get(1))).isEqualTo("Running");
        assertThat(engine.armedTimers()).isEqualTo(1);
    }

    @Test
    void a_circle_is_refused_and_printed_and_leaves_nothing_behind() {
        TaskGraph circle =
                new TaskGraph()
                        .add("start", WORK)
                        .add("a", WORK, "start", "c")
                        .add("b", WORK, "a")
                        .add("c", WORK, "b");
        assertThatThrownBy(() -> engine.scheduleAll(Bench.SESSION, circle))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(Reason.INVALID))
                .hasMessageMatching(".*circle: (\\w) after \\w after \\w after \\1;.*");
        refused(
                Reason.INVALID,
                "me after me",
                () -> engine.scheduleAll(Bench.SESSION, new TaskGraph().add("me", WORK, "me")));
        refused(
                Reason.NOT_FOUND,
                "'ghost'",
                () -> engine.scheduleAll(Bench.SESSION, new TaskGraph().add("x", WORK, "ghost")));
        assertThat(engine.list(TaskQuery.newest(10))).isEmpty();
        assertThat(engine.stats().submitted()).isZero();
    }

    // ---- limits, keys, lists ----

    @Test
    void a_full_scheduler_refuses_all_of_a_graph() {
        Bench small = new Bench(Bench.settings(2), 1);
        TaskId first = small.submit(WORK);
        TaskGraph two = new TaskGraph().add("a", WORK).add("b", WORK);
        refused(Reason.LIMIT, "at most 2", () -> small.engine.scheduleAll(Bench.SESSION, two));
        assertThat(small.engine.stats().byState()).isEqualTo(Map.of("Ready", 1L));
        small.engine.cancel(first, "test");
        assertThat(small.engine.scheduleAll(Bench.SESSION, two)).hasSize(2);
    }

    @Test
    void one_key_names_one_task_of_a_session_also_within_a_graph() {
        TaskId first = bench.submit(WORK.idempotencyKey("k"));
        assertThat(bench.submit(WORK.label("again", "yes").idempotencyKey("k"))).isEqualTo(first);
        assertThat(engine.schedule(Bench.OTHER, WORK.idempotencyKey("k"))).isNotEqualTo(first);
        List<TaskId> ids =
                engine.scheduleAll(
                        Bench.SESSION,
                        new TaskGraph()
                                .add("a", WORK.idempotencyKey("k"))
                                .add("b", WORK.idempotencyKey("new"), "a")
                                .add("c", WORK.idempotencyKey("new")));
        assertThat(ids.get(0)).isEqualTo(first);
        assertThat(ids.get(1)).isEqualTo(ids.get(2));
        assertThat(bench.state(ids.get(1))).isEqualTo(new TaskState.Blocked(Set.of(first)));
        assertThat(engine.stats().submitted()).isEqualTo(3);
    }

    @Test
    void tasks_are_listed_newest_first_by_session_state_and_label() {
        TaskId a = bench.submit(WORK.label("scan", "1").label("region", "x"));
        TaskId b = bench.submit(WORK.label("scan", "1"));
        TaskId c = engine.schedule(Bench.OTHER, WORK);
        engine.cancel(a, "test");
        assertThat(ids(TaskQuery.newest(10))).containsExactly(c, b, a);
        assertThat(ids(TaskQuery.newest(2))).containsExactly(c, b);
        assertThat(ids(TaskQuery.labelled("scan", "1"))).containsExactly(b, a);
        assertThat(ids(new TaskQuery(Optional.of(Bench.SESSION), Set.of("Cancelled"), Map.of(), 9)))
                .containsExactly(a);
    }

    @Test
    void a_running_task_submits_further_ones_with_its_labels_until_its_attempt_ends() {
        agent("one");
        TaskId task = bench.submit(WORK.label("scan", "1").label("region", "x"));
        bench.run();
        ScriptedAgents.Run run = bench.last(task);
        TaskId child = run.assignment.monitor().submit(WORK.label("region", "y"));
        TaskSnapshot seen = engine.find(child).orElseThrow();
        assertThat(seen.session()).isEqualTo(Bench.SESSION);
        assertThat(seen.spec().labels()).isEqualTo(Map.of("scan", "1", "region", "y"));
        run.succeed();
        refused(Reason.CONFLICT, "has ended", () -> run.assignment.monitor().submit(WORK));
    }

    // ---- time ----

    @Test
    void a_run_that_is_too_long_is_cancelled_then_interrupted_then_abandoned_and_never_early() {
        agent("one");
        TaskId task = bench.submit(WORK.timeout(Duration.ofSeconds(10)));
        bench.run();
        ScriptedAgents.Run run = bench.last(task);
        bench.clock.jumpWall(Duration.ofDays(3));
        bench.pass(Duration.ofSeconds(10).minusNanos(1));
        assertThat(run.asked).isEmpty();
        bench.pass(Duration.ofNanos(1));
        assertThat(run.asked).containsExactly("cancel");
        bench.pass(Bench.GRACE.minusNanos(1));
        assertThat(run.asked).containsExactly("cancel");
        bench.pass(Duration.ofNanos(1));
        assertThat(run.asked).containsExactly("cancel", "interrupt");
        bench.pass(Bench.GRACE.minusNanos(1));
        assertThat(bench.stateName(task)).isEqualTo("Running");
        bench.pass(Duration.ofNanos(1));
        assertThat(run.asked).containsExactly("cancel", "interrupt", "abandon");
        assertThat(((TaskState.TimedOut) bench.state(task)).sentence()).contains("10 s");
        assertThat(engine.stats().refusedCompletions()).isZero();
        assertThat(engine.armedTimers()).isZero();
    }

    @Test
    void a_run_that_ends_when_asked_to_has_timed_out_and_one_that_succeeds_has_succeeded() {
        agent("one");
        agent("two");
        TaskId polite = bench.submit(WORK.timeout(Duration.ofSeconds(1)));
        TaskId quick = bench.submit(WORK.timeout(Duration.ofSeconds(1)));
        bench.run();
        bench.pass(Duration.ofSeconds(1));
        bench.last(polite).end(new TaskOutcome.Cancelled(Duration.ofSeconds(1), "ok"));
        bench.last(quick).succeed();
        bench.run();
        assertThat(bench.stateName(polite)).isEqualTo("TimedOut");
        assertThat(bench.stateName(quick)).isEqualTo("Succeeded");
    }

    @Test
    void a_task_that_no_agent_takes_in_time_has_timed_out() {
        TaskId task = bench.submit(WORK.queueTimeout(Duration.ofMillis(1_500)));
        bench.pass(Duration.ofMillis(1_500).minusNanos(1));
        assertThat(bench.stateName(task)).isEqualTo("Ready");
        bench.pass(Duration.ofNanos(1));
        assertThat(((TaskState.TimedOut) bench.state(task)).sentence()).contains("1500 ms");
        agent("one");
        bench.run();
        assertThat(agents.started).isEmpty();
    }

    @Test
    void the_queue_limit_counts_from_ready_ends_with_the_first_start_and_survives_a_refusal() {
        agent("one");
        TaskId before = bench.submit(WORK);
        TaskId task =
                bench.submit(
                        WORK.after(before)
                                .queueTimeout(Duration.ofSeconds(1))
                                .retry(
                                        new RetryPolicy(
                                                2,
                                                Duration.ofSeconds(60),
                                                Duration.ofSeconds(60))));
        bench.pass(Duration.ofSeconds(30));
        agents.refusing = true;
        bench.last(before).succeed();
        bench.run();
        bench.pass(Duration.ofMillis(800));
        assertThat(bench.stateName(task)).isEqualTo("Ready");
        agents.refusing = false;
        bench.pass(Duration.ofMillis(199));
        bench.last(task).fail(AgentFailure.unreachable("ec2"));
        bench.pass(Duration.ofSeconds(60));
        assertThat(bench.stateName(task)).isEqualTo("Running");
        agents.refusing = true;
        TaskId hopeless = bench.submit(WORK.queueTimeout(Duration.ofSeconds(1)));
        bench.pass(Duration.ofMillis(500));
        bench.pass(Duration.ofMillis(500));
        assertThat(bench.stateName(hopeless)).isEqualTo("TimedOut");
    }

    @Test
    void only_the_first_start_can_be_late() {
        agent("one");
        TaskId task = bench.submit(WORK.queueTimeout(Duration.ofSeconds(1)));
        bench.run();
        bench.last(task).fail(AgentFailure.unreachable("ec2"));
        agents.refusing = true;
        bench.pass(Duration.ofSeconds(40));
        bench.pass(Duration.ofSeconds(40));
        assertThat(bench.stateName(task)).isEqualTo("Ready");
    }

    // ---- retries ----

    @Test
    void retries_a_retryable_failure_after_a_jittered_delay_that_doubles_and_is_never_early() {
        Duration first = Duration.ofSeconds(8);
        List<Duration> delays = new ArrayList<>();
        for (int seed = 0; seed < 200; seed++) {
            Bench fresh = new Bench(Bench.settings(10), seed);
            fresh.agents.add(Bench.SESSION, "one", "aws");
            TaskId task =
                    fresh.submit(WORK.retry(new RetryPolicy(3, first, Duration.ofSeconds(10))));
            fresh.run();
            fresh.last(task).fail(AgentFailure.unreachable("ec2"));
            TaskState.RetryWait wait = (TaskState.RetryWait) fresh.state(task);
            Duration delay = Duration.between(Bench.NOW, wait.until());
            assertThat(wait.attempt()).isEqualTo(1);
            assertThat(delay).isBetween(Duration.ZERO, first);
            delays.add(delay);
            if (delay.isZero()) {
                continue;
            }
            fresh.pass(delay.minusNanos(1));
            assertThat(fresh.stateName(task)).isEqualTo("RetryWait");
            fresh.pass(Duration.ofNanos(1));
            assertThat(fresh.stateName(task)).isEqualTo("Running");
            assertThat(fresh.last(task).assignment.attempt()).isEqualTo(2);
            fresh.last(task).fail(AgentFailure.unreachable("ec2"));
            fresh.pass(Duration.ofSeconds(10));
            fresh.last(task).fail(AgentFailure.unreachable("s3"));
            fresh.run();
            assertThat(fresh.state(task))
                    .isInstanceOfSatisfying(
                            TaskState.Failed.class,
                            failed ->
                                    assertThat(failed.failure())
                                            .isEqualTo(AgentFailure.unreachable("s3")));
            assertThat(fresh.bus.of(TaskAttemptFailed.class)).hasSize(2);
            assertThat(fresh.bus.story())
                    .isEqualTo(
                            "TaskSubmitted TaskStarted TaskAttemptFailed TaskStarted"
                                    + " TaskAttemptFailed TaskStarted TaskFinished");
        }
        assertThat(delays.stream().filter(d -> d.compareTo(first.dividedBy(2)) < 0).count())
                .isBetween(60L, 140L);
    }

    @Test
    void a_failure_that_cannot_get_better_is_not_tried_again() {
        agent("one");
        TaskId task = bench.submit(WORK);
        bench.run();
        bench.last(task).fail(AgentFailure.of(AgentFailure.Code.FORBIDDEN, "no"));
        bench.run();
        assertThat(failure(task).code()).isEqualTo(AgentFailure.Code.FORBIDDEN);
    }

    @Test
    void never_sooner_than_the_other_side_asked_for() {
        agent("one");
        TaskId task = bench.submit(WORK);
        bench.run();
        bench.last(task)
                .fail(AgentFailure.throttled("slow down", Optional.of(Duration.ofMinutes(5))));
        bench.pass(Duration.ofMinutes(5).minusNanos(1));
        assertThat(bench.stateName(task)).isEqualTo("RetryWait");
        bench.pass(Duration.ofNanos(1));
        assertThat(bench.stateName(task)).isEqualTo("Running");
        bench.last(task)
                .fail(AgentFailure.throttled("absurd", Optional.of(Duration.ofDays(100_000))));
        assertThat(((TaskState.RetryWait) bench.state(task)).until())
                .isEqualTo(bench.clock.instant().plus(Attempts.LONGEST_DELAY));
    }

    // ---- calling off ----

    @Test
    void cancel_ends_what_waits_at_once_and_leaves_no_timer() {
        agent("one");
        TaskId running = bench.submit(WORK);
        bench.run();
        TaskId ready = bench.submit(WORK.queueTimeout(Duration.ofHours(1)));
        TaskId blocked = bench.submit(WORK.after(running));
        assertThat(engine.cancel(ready, "by alice")).isTrue();
        assertThat(engine.cancel(blocked, "by alice")).isTrue();
        assertThat(reason(ready)).isEqualTo("by alice");
        assertThat(reason(blocked)).isEqualTo("by alice");
        assertThat(engine.cancel(ready, "again")).isFalse();
        bench.last(running).fail(AgentFailure.unreachable("ec2"));
        assertThat(bench.stateName(running)).isEqualTo("RetryWait");
        assertThat(engine.cancel(running, "by bob")).isTrue();
        assertThat(reason(running)).isEqualTo("by bob");
        assertThat(engine.armedTimers()).isZero();
        assertThat(engine.cancel(new TaskId("t-00000000000000000000000000"), "x")).isFalse();
    }

    @Test
    void cancel_asks_what_runs_then_interrupts_then_abandons() {
        agent("one");
        TaskId task = bench.submit(WORK.timeout(Duration.ofSeconds(1)));
        bench.run();
        ScriptedAgents.Run run = bench.last(task);
        assertThat(engine.cancel(task, "by alice")).isTrue();
        bench.run();
        assertThat(run.asked).containsExactly("cancel");
        bench.pass(Bench.GRACE);
        bench.pass(Bench.GRACE);
        assertThat(run.asked).containsExactly("cancel", "interrupt", "abandon");
        assertThat(reason(task)).isEqualTo("by alice");
    }

    @Test
    void a_completion_that_comes_before_the_cancel_is_obeyed_counts() {
        agent("one");
        agent("two");
        TaskId won = bench.submit(WORK);
        TaskId lost = bench.submit(WORK);
        bench.run();
        engine.cancel(won, "test");
        engine.cancel(lost, "test");
        bench.last(won).succeed();
        bench.last(lost).fail(AgentFailure.unreachable("ec2"));
        bench.run();
        assertThat(bench.stateName(won)).isEqualTo("Succeeded");
        assertThat(bench.stateName(lost)).isEqualTo("Cancelled");
        assertThat(bench.bus.of(TaskFinished.class)).hasSize(2);
    }

    @Test
    void a_completion_after_the_end_is_refused_and_counted() {
        agent("one");
        TaskId task = bench.submit(WORK.timeout(Duration.ofSeconds(1)));
        bench.run();
        ScriptedAgents.Run zombie = bench.last(task);
        zombie.ignoresAbandon = true;
        bench.pass(Duration.ofSeconds(1));
        bench.pass(Bench.GRACE);
        bench.pass(Bench.GRACE);
        assertThat(bench.stateName(task)).isEqualTo("TimedOut");
        zombie.succeed();
        bench.run();
        assertThat(bench.stateName(task)).isEqualTo("TimedOut");
        assertThat(engine.stats().refusedCompletions()).isEqualTo(1);
        assertThat(bench.bus.of(TaskFinished.class)).hasSize(1);
    }

    @Test
    void an_abandoned_place_is_not_counted_on_until_the_agent_gives_it_back() {
        agent("one");
        TaskId stuck = bench.submit(WORK);
        bench.run();
        ScriptedAgents.Run zombie = bench.last(stuck);
        engine.cancel(stuck, "test");
        bench.run();
        bench.pass(Bench.GRACE);
        bench.pass(Bench.GRACE);
        TaskId next = bench.submit(WORK);
        bench.run();
        bench.pass(Attempts.REFUSAL_PAUSE);
        assertThat(bench.stateName(next)).isEqualTo("Ready");
        zombie.end(new TaskOutcome.Cancelled(Duration.ZERO, "late"));
        bench.pass(Attempts.REFUSAL_PAUSE);
        assertThat(bench.stateName(next)).isEqualTo("Running");
    }

    @Test
    void all_tasks_of_a_session_are_called_off_with_one_reason() {
        agent("one");
        TaskId running = bench.submit(WORK);
        bench.run();
        TaskId ready = bench.submit(WORK);
        TaskId child = bench.submit(WORK.after(ready));
        TaskId other = engine.schedule(Bench.OTHER, WORK);
        assertThat(engine.cancelAll(Bench.SESSION, "session closed")).isEqualTo(3);
        bench.run();
        assertThat(reason(ready)).isEqualTo("session closed");
        assertThat(reason(child)).isEqualTo("session closed");
        assertThat(bench.last(running).asked).containsExactly("cancel");
        assertThat(bench.stateName(other)).isEqualTo("Ready");
    }

    // ---- pause, trouble, end ----

    @Test
    void a_paused_session_starts_nothing_and_what_runs_goes_on() {
        agent("one");
        agents.add(Bench.OTHER, "other", "aws");
        TaskId running = bench.submit(WORK);
        bench.run();
        engine.pause(Bench.SESSION, true);
        TaskId waiting = bench.submit(WORK);
        TaskId elsewhere = engine.schedule(Bench.OTHER, WORK);
        bench.last(running).succeed();
        bench.run();
        assertThat(bench.stateName(running)).isEqualTo("Succeeded");
        assertThat(bench.stateName(waiting)).isEqualTo("Ready");
        assertThat(bench.stateName(elsewhere)).isEqualTo("Running");
        engine.pause(Bench.SESSION, false);
        bench.run();
        assertThat(bench.stateName(waiting)).isEqualTo("Running");
    }

    @Test
    void a_turn_that_breaks_loses_nothing() {
        agent("one");
        TaskId task = bench.submit(WORK);
        agents.broken = true;
        assertThatThrownBy(engine::runDue).hasMessageContaining("broken on purpose");
        agents.broken = false;
        bench.run();
        assertThat(bench.stateName(task)).isEqualTo("Running");
    }

    @Test
    void a_hundred_thousand_ready_tasks_of_many_kinds_do_not_melt() {
        Bench big = new Bench();
        big.bus.remembers = false;
        big.agents.type("wide", 64, "work", "other");
        List<AgentId> named = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            named.add(big.agents.add(Bench.SESSION, "a" + i, "wide"));
        }
        int count = 100_000;
        Priority[] priorities = Priority.values();
        for (int i = 0; i < count; i++) {
            TaskSpec spec = WORK.priority(priorities[i % 5]);
            big.submit(
                    i % 2 == 0
                            ? spec
                            : spec.constraint(AgentConstraint.named(named.get(i / 2 % 50))));
        }
        ThreadMXBean cpu = ManagementFactory.getThreadMXBean();
        long begin = cpu.getCurrentThreadCpuTime();
        while (big.engine.stats().byState().getOrDefault("Succeeded", 0L) < count) {
            big.engine.runDue();
            big.agents.running().forEach(ScriptedAgents.Run::succeed);
        }
        assertThat(Duration.ofNanos(cpu.getCurrentThreadCpuTime() - begin))
                .isLessThan(Duration.ofSeconds(15));
    }

    // ---- helpers ----

    private void finishNext() {
        bench.run();
        agents.running().get(0).succeed();
    }

    private void runToTheEnd() {
        bench.run();
        while (!agents.running().isEmpty()) {
            agents.running().get(0).succeed();
            bench.run();
        }
    }

    private List<TaskId> ids(TaskQuery query) {
        return engine.list(query).stream().map(TaskSnapshot::id).toList();
    }

    private AgentFailure failure(TaskId task) {
        return ((TaskState.Failed) bench.state(task)).failure();
    }

    private String reason(TaskId task) {
        return ((TaskState.Cancelled) bench.state(task)).reason();
    }

    private static Dependency.Condition anyEnd() {
        return Dependency.Condition.ANY_END;
    }

    private static void refused(Reason reason, String words, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(reason))
                .hasMessageContaining(words);
    }

    @Test
    void a_key_that_belongs_to_a_task_of_another_type_is_refused() {
        bench.agents.type("aws", 1, "work", "other");
        TaskId first = bench.submit(TaskSpec.of("work").idempotencyKey("k"));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> bench.submit(TaskSpec.of("other").idempotencyKey("k")))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("'k' belongs to the task " + first);
            assertThat(bench.engine.cancel(first, "done")).isEqualTo(i == 0);
            bench.run();
        }
        assertThat(bench.submit(TaskSpec.of("work").idempotencyKey("k"))).isEqualTo(first);
    }

    @Test
    void lists_are_newest_first_also_across_memory_and_history() {
        TaskId oldest = bench.submit(TaskSpec.of("work").delay(Duration.ofDays(1)));
        bench.pass(Duration.ofSeconds(1));
        TaskId middle = bench.submit(TaskSpec.of("work").delay(Duration.ofDays(1)));
        bench.pass(Duration.ofSeconds(1));
        TaskId newest = bench.submit(TaskSpec.of("work").delay(Duration.ofDays(1)));
        bench.engine.cancel(newest, "done");
        bench.engine.cancel(oldest, "done");
        bench.run();
        assertThat(bench.engine.list(TaskQuery.newest(10)))
                .extracting(TaskSnapshot::id)
                .containsExactly(newest, middle, oldest);
    }

    @Test
    void a_list_shows_a_graph_that_comes_meanwhile_whole_or_not_at_all() {
        TaskId before = bench.submit(WORK.label("graph", "g"));
        bench.engine.cancel(before, "done");
        bench.run();
        bench.history.meanwhile =
                () -> {
                    bench.pass(Duration.ofMillis(1));
                    TaskId first = bench.submit(WORK.label("graph", "g"));
                    TaskId second = bench.submit(WORK.label("graph", "g").after(first));
                    bench.engine.cancel(first, "done");
                    bench.run();
                    assertThat(bench.history.find(first)).isPresent();
                    assertThat(second).isNotEqualTo(first);
                    bench.pass(Duration.ofMillis(1));
                };

        assertThat(bench.engine.list(TaskQuery.labelled("graph", "g")))
                .extracting(TaskSnapshot::id)
                .containsExactly(before);
    }

    @Test
    void a_circle_through_tasks_of_one_key_is_refused_and_nothing_is_stored() {
        TaskGraph graph =
                new TaskGraph()
                        .add("first", WORK.idempotencyKey("k"), "between")
                        .add("between", WORK, "again")
                        .add("again", WORK.idempotencyKey("k"));
        refused(
                Reason.INVALID,
                "first after between after first (those with one idempotency key are one task)",
                () -> engine.scheduleAll(Bench.SESSION, graph));
        assertThat(engine.stats().submitted()).isZero();
    }

    @Test
    void how_long_tasks_waited_and_ran_is_counted() {
        assertThat(engine.stats().times()).isEqualTo(SchedulerStats.Times.NONE);
        TaskId task = bench.submit(WORK);
        bench.pass(Duration.ofSeconds(8));
        agent("one");
        bench.run();
        bench.pass(Duration.ofMillis(160));
        bench.last(task).succeed();
        bench.run();
        SchedulerStats.Times times = engine.stats().times();
        assertThat(times.waitMedian()).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(9));
        assertThat(times.waitP99()).isEqualTo(times.waitMedian());
        assertThat(times.runP99()).isBetween(Duration.ofMillis(160), Duration.ofMillis(180));
    }
}
