package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentState;
import io.sirsi.journal.JournalState;
import io.sirsi.task.AgentConstraint;
import io.sirsi.task.Explanation;
import io.sirsi.task.Explanation.Action;
import io.sirsi.task.Explanation.Kind;
import io.sirsi.task.RetryPolicy;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each reason is shown, and what is advised is done: then the task runs. */
class ExplainerTest {

    private static final TaskSpec WORK = TaskSpec.of("work");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private Bench bench = new Bench();

    private AgentId agent(String name, String... domains) {
        AgentId agent = bench.agents.add(Bench.SESSION, name, "aws", domains);
        bench.engine.agentsChanged();
        bench.run();
        return agent;
    }

    private TaskId submitted(TaskSpec spec) {
        TaskId task = bench.submit(spec);
        bench.run();
        return task;
    }

    private Explanation why(TaskId task) {
        return bench.engine.explain(task).orElseThrow();
    }

    private List<Kind> kinds(TaskId task) {
        return why(task).reasons().stream().map(Explanation.Reason::kind).toList();
    }

    private Explanation.Change change(TaskId task, Action action) {
        Explanation.Change change = why(task).change().orElseThrow();
        assertThat(change.action()).isEqualTo(action);
        return change;
    }

    private void runs(TaskId task) {
        bench.run();
        assertThat(bench.stateName(task)).isEqualTo("Running");
        assertThat(kinds(task)).containsExactly(Kind.RUNNING);
    }

    @Test
    void one_that_runs_or_has_ended_says_so() {
        agent("one");
        TaskId task = submitted(WORK);
        assertThat(why(task).sentence()).contains("attempt 1", "'one'");
        assertThat(kinds(task)).containsExactly(Kind.RUNNING);
        bench.last(task).fail(AgentFailure.of(AgentFailure.Code.FORBIDDEN, "no rights"));
        bench.run();
        assertThat(kinds(task)).containsExactly(Kind.ENDED);
        assertThat(why(task).sentence()).contains("Failed", "no rights");
        assertThat(change(task, Action.RESUBMIT).subjects()).containsExactly("work");
        runs(submitted(WORK));
    }

    @Test
    void without_an_agent_it_says_which_to_spawn() {
        TaskId task = submitted(WORK);
        assertThat(kinds(task)).containsExactly(Kind.NO_AGENT);
        assertThat(why(task).sentence()).contains("'work'");
        assertThat(change(task, Action.SPAWN_AGENT).subjects()).containsExactly("aws");
        agent("one");
        runs(task);
    }

    @Test
    void without_a_type_it_says_that_one_must_be_installed() {
        TaskId task = submitted(TaskSpec.of("paint"));
        assertThat(kinds(task)).containsExactly(Kind.NO_AGENT);
        assertThat(change(task, Action.INSTALL_AGENT_TYPE).subjects()).containsExactly("paint");
        bench.agents.type("paint", 1, "paint");
        bench.agents.add(Bench.SESSION, "painter", "paint");
        bench.engine.agentsChanged();
        runs(task);
    }

    @Test
    void an_agent_that_is_not_ready_is_named() {
        AgentId one = agent("one");
        bench.agents.enter(one, AgentState.INITIALIZING);
        bench.engine.agentsChanged();
        TaskId task = submitted(WORK.constraint(AgentConstraint.named(one)));
        assertThat(kinds(task)).contains(Kind.AGENTS_NOT_READY);
        assertThat(why(task).sentence())
                .contains("one (Initializing; agent:show says what keeps it)");
        assertThat(change(task, Action.WAIT).subjects()).containsExactly("one");
        bench.agents.enter(one, AgentState.READY);
        bench.engine.agentsChanged();
        runs(task);
    }

    @Test
    void an_agent_that_waits_for_its_type_is_named_with_the_type_that_is_to_come_back() {
        AgentId one = agent("one");
        bench.agents.typeGoes("aws");
        bench.engine.agentsChanged();
        TaskId any = submitted(WORK);
        TaskId named = submitted(WORK.constraint(AgentConstraint.named(one)));
        TaskId other = submitted(TaskSpec.of("paint"));
        for (TaskId task : List.of(any, named)) {
            assertThat(kinds(task)).containsExactly(Kind.AGENTS_NOT_READY, Kind.NO_AGENT);
            assertThat(why(task).sentence()).contains("one (waits for its type 'aws')");
            assertThat(change(task, Action.INSTALL_AGENT_TYPE).subjects()).containsExactly("aws");
        }
        assertThat(kinds(other)).containsExactly(Kind.NO_AGENT);
        bench.agents.typeComes("aws", 1, "work");
        bench.engine.agentsChanged();
        runs(any);
    }

    @Test
    void an_agent_whose_type_was_never_there_might_run_a_task() {
        bench.agents.add(Bench.SESSION, "one", "aws");
        bench.agents.typeGoes("aws");
        bench.engine.agentsChanged();
        TaskId task = submitted(TaskSpec.of("paint"));

        assertThat(why(task).sentence())
                .contains("those that might run it take no tasks: one (waits for its type 'aws',");
        assertThat(change(task, Action.INSTALL_AGENT_TYPE).sentence())
                .endsWith("; if it turns out to run no such tasks, install what does");
    }

    @Test
    void busy_agents_are_named_with_whom_to_cancel() {
        agent("one");
        TaskId first = submitted(WORK);
        TaskId task = submitted(WORK);
        assertThat(kinds(task)).containsExactly(Kind.AGENTS_BUSY);
        assertThat(why(task).sentence()).contains("one (1 of 1)");
        assertThat(change(task, Action.CANCEL_TASK).subjects()).containsExactly(first.value());
        bench.engine.cancel(first, "test");
        bench.last(first).fail(AgentFailure.unreachable("stopped"));
        runs(task);
    }

    @Test
    void those_before_it_in_line_are_counted() {
        agent("one");
        TaskId first = submitted(WORK);
        TaskId second = submitted(WORK);
        TaskId task = submitted(WORK);
        assertThat(kinds(task)).containsExactly(Kind.AGENTS_BUSY, Kind.BEHIND_OTHERS);
        assertThat(why(task).reasons().get(1).subjects()).containsExactly(second.value());
        bench.last(first).succeed();
        bench.run();
        bench.last(second).succeed();
        runs(task);
    }

    @Test
    void every_pause_that_holds_is_listed_and_resuming_all_of_them_lets_it_run() {
        TaskId task = submitted(WORK);
        bench.engine.pauseTask(task, "alice");
        bench.engine.pause(Bench.SESSION, true);
        bench.engine.pauseAll("bob");
        agent("one");
        assertThat(kinds(task)).containsExactly(Kind.PAUSED, Kind.PAUSED, Kind.PAUSED);
        assertThat(why(task).sentence()).contains("paused by alice");
        change(task, Action.RESUME_TASK);
        bench.engine.resumeTask(task);
        change(task, Action.RESUME_SESSION);
        bench.engine.pause(Bench.SESSION, false);
        change(task, Action.RESUME_ALL);
        bench.engine.resumeAll();
        runs(task);
    }

    @Test
    void a_chain_is_followed_to_its_root_which_is_to_be_unblocked() {
        agent("one");
        bench.engine.pauseAll("bob");
        TaskId root = submitted(WORK);
        bench.engine.pauseTask(root, "alice");
        TaskId middle = submitted(WORK.after(root));
        TaskId near = submitted(WORK.after(middle));
        TaskId task = submitted(WORK.after(near));
        bench.engine.resumeAll();
        assertThat(kinds(task)).containsExactly(Kind.DEPENDENCY);
        assertThat(why(task).reasons().get(0).subjects())
                .containsExactly(near.value(), middle.value(), root.value());
        assertThat(change(task, Action.UNBLOCK_TASK).subjects()).containsExactly(root.value());
        assertThat(change(task, Action.UNBLOCK_TASK).sentence()).contains("task:resume " + root);
        bench.engine.resumeTask(root);
        for (TaskId one : List.of(root, middle, near)) {
            runs(one);
            bench.last(one).succeed();
        }
        runs(task);
    }

    @Test
    void its_time_is_named_and_waiting_for_it_is_enough() {
        agent("one");
        TaskId task = submitted(WORK.delay(MINUTE));
        assertThat(kinds(task)).containsExactly(Kind.NOT_BEFORE);
        assertThat(why(task).reasons().get(0).until()).contains(Bench.NOW.plus(MINUTE));
        change(task, Action.WAIT);
        bench.pass(MINUTE);
        runs(task);
    }

    @Test
    void a_retry_says_what_failed_and_when_it_comes() {
        agent("one");
        TaskId task =
                submitted(
                        WORK.retry(new RetryPolicy(2, MINUTE, MINUTE, RetryPolicy.Backoff.FIXED)));
        bench.last(task).fail(AgentFailure.unreachable("ec2"));
        bench.run();
        assertThat(kinds(task)).containsExactly(Kind.RETRY_WAIT);
        assertThat(why(task).sentence()).contains("attempt 1 failed", "ec2");
        assertThat(why(task).reasons().get(0).until()).contains(Bench.NOW.plus(MINUTE));
        change(task, Action.WAIT);
        bench.pass(MINUTE);
        runs(task);
    }

    @Test
    void a_limit_of_places_is_named_and_a_place_lets_it_run() {
        bench = new Bench(Bench.settings(100, "ec2=concurrency:1"), 1);
        agent("one");
        agent("two");
        TaskId first = submitted(WORK.limitKey("ec2"));
        TaskId task = submitted(WORK.limitKey("ec2"));
        assertThat(kinds(task)).containsExactly(Kind.LIMIT);
        assertThat(why(task).sentence()).contains("1 of 1", "'ec2'");
        assertThat(change(task, Action.RAISE_LIMIT).subjects()).contains("ec2");
        bench.last(first).succeed();
        runs(task);
    }

    @Test
    void a_limit_of_rate_says_when_it_frees() {
        bench = new Bench(Bench.settings(100, "ec2=rate:1/m,burst:1"), 1);
        agent("one");
        agent("two");
        submitted(WORK.limitKey("ec2"));
        TaskId task = submitted(WORK.limitKey("ec2"));
        assertThat(kinds(task)).containsExactly(Kind.LIMIT);
        assertThat(why(task).reasons().get(0).until()).contains(Bench.NOW.plus(MINUTE));
        change(task, Action.WAIT);
        bench.pass(MINUTE);
        runs(task);
    }

    @Test
    void agents_of_a_type_that_never_runs_it_are_not_to_be_installed() {
        agent("one");
        bench.agents.type("gcp", 1, "quite.other");
        bench.engine.agentsChanged();
        TaskId task = submitted(WORK.constraint(AgentConstraint.ofType("gcp")));
        assertThat(change(task, Action.RESUBMIT).sentence())
                .contains("without asking for the type 'gcp'");
        runs(submitted(WORK));
    }

    @Test
    void one_on_its_way_to_the_disk_says_so_and_runs_when_it_is_there() {
        agent("one");
        bench.journal.hold();
        Call<List<TaskId>> submitted = bench.engine.submit(Bench.SESSION, WORK);
        bench.run();
        TaskId task = bench.engine.life().newest.id();
        assertThat(submitted.isDone()).isFalse();
        assertThat(kinds(task)).containsExactly(Kind.NOT_ON_DISK);
        assertThat(why(task).change()).isEmpty();
        bench.journal.release();
        bench.engine.logMoved();
        assertThat(submitted.await(0)).containsExactly(task);
        runs(task);
    }

    @Test
    void a_used_up_retry_budget_is_named_with_the_time_when_it_frees() {
        int all = 112; // One more than may be retried: a hundred, and a tenth of what was tried.
        bench.agents.type("wide", all, "work");
        bench.agents.add(Bench.SESSION, "one", "wide");
        bench.engine.agentsChanged();
        Duration second = Duration.ofSeconds(1);
        TaskSpec often =
                WORK.limitKey("ec2")
                        .retry(new RetryPolicy(2, second, second, RetryPolicy.Backoff.FIXED));
        for (int i = 0; i < all; i++) {
            bench.submit(often);
        }
        bench.run();
        bench.agents.running().forEach(run -> run.fail(AgentFailure.unreachable("ec2")));
        bench.pass(second);
        List<TaskId> left =
                bench.engine.list(TaskQuery.newest(all)).stream()
                        .filter(task -> task.state().name().equals("RetryWait"))
                        .map(TaskSnapshot::id)
                        .toList();
        assertThat(left).hasSize(1);
        TaskId task = left.get(0);
        assertThat(kinds(task)).containsExactly(Kind.RETRY_WAIT, Kind.RETRY_BUDGET);
        Explanation.Reason budget = why(task).reasons().get(1);
        assertThat(budget.subjects()).containsExactly("ec2");
        change(task, Action.WAIT);
        Duration rest = Duration.between(bench.clock.instant(), budget.until().orElseThrow());
        bench.pass(rest.minusNanos(1));
        assertThat(kinds(task)).contains(Kind.RETRY_BUDGET);
        bench.pass(Duration.ofNanos(1));
        runs(task);
    }

    @Test
    void a_full_disk_is_named_and_freeing_it_lets_the_task_run() {
        agent("one");
        TaskId task = submitted(WORK.delay(MINUTE));
        bench.journal.state = JournalState.FULL;
        bench.engine.logChanged(JournalState.FULL, "the disk is full");
        bench.pass(MINUTE);
        assertThat(kinds(task)).containsExactly(Kind.SCHEDULER);
        assertThat(why(task).sentence()).contains("the disk is full");
        change(task, Action.MEND_STORAGE);
        bench.journal.state = JournalState.OPEN;
        bench.engine.logChanged(JournalState.OPEN, "");
        runs(task);
    }

    @Test
    void a_history_that_lags_too_far_is_named_and_freeing_its_disk_lets_the_task_run() {
        agent("one");
        bench.engine.life().mostAwaitingHistory = 1;
        bench.history.full = true;
        TaskId first = submitted(WORK);
        TaskId task = submitted(WORK);
        bench.last(first).succeed();
        bench.run();
        assertThat(kinds(task)).containsExactly(Kind.SCHEDULER);
        assertThat(why(task).sentence()).contains("1 that have ended wait for the history");
        assertThat(bench.engine.stats().trouble()).contains("wait for the history");
        change(task, Action.MEND_STORAGE);
        bench.history.full = false;
        bench.pass(Duration.ofSeconds(1));
        assertThat(bench.engine.stats().trouble()).isEmpty();
        runs(task);
    }

    @Test
    void a_group_that_stays_together_waits_for_the_agent_on_which_it_runs() {
        TaskSpec together = WORK.constraint(AgentConstraint.coLocate("g"));
        agent("one");
        TaskId first = submitted(together);
        agent("two");
        TaskId task = submitted(together);
        assertThat(kinds(task)).containsExactly(Kind.AGENTS_BUSY);
        assertThat(why(task).sentence()).contains("'g'", "'one'");
        assertThat(change(task, Action.CANCEL_TASK).subjects()).containsExactly(first.value());
        bench.engine.cancel(first, "test");
        bench.last(first).fail(AgentFailure.unreachable("stopped"));
        runs(task);
        assertThat(bench.last(task).agent()).isEqualTo(new AgentId("one"));
    }

    @Test
    void a_group_that_stays_together_may_have_to_wait_for_a_task_of_no_group() {
        TaskSpec together = WORK.constraint(AgentConstraint.coLocate("g"));
        agent("one");
        TaskId first = submitted(together);
        TaskId stranger = submitted(WORK);
        bench.last(first).succeed();
        bench.run();
        agent("two");
        TaskId task = submitted(together);
        assertThat(kinds(task)).containsExactly(Kind.AGENTS_BUSY);
        assertThat(change(task, Action.CANCEL_TASK).subjects()).containsExactly(stranger.value());
        bench.last(stranger).succeed();
        runs(task);
    }

    @Test
    void a_group_on_an_agent_that_cannot_run_it_has_to_find_another() {
        TaskSpec together = TaskSpec.of("work").constraint(AgentConstraint.coLocate("g"));
        AgentId one = agent("one");
        submitted(together);
        agent("two", "gpu");
        TaskId task = submitted(together.constraint(AgentConstraint.requireCapability("gpu")));
        assertThat(kinds(task)).containsExactly(Kind.NO_AGENT);
        assertThat(why(task).sentence()).contains("'g'", "'one'", "cannot run it");
        assertThat(change(task, Action.WAIT).subjects()).containsExactly("one");
        bench.agents.kill(one);
        bench.engine.agentsChanged();
        runs(task);
    }

    @Test
    void a_group_that_keeps_apart_waits_for_one_of_its_own_or_another_agent() {
        TaskSpec apart = WORK.constraint(AgentConstraint.spread("g"));
        bench.agents.type("wide", 8, "work");
        bench.agents.add(Bench.SESSION, "one", "wide");
        bench.engine.agentsChanged();
        bench.run();
        TaskId first = submitted(apart);
        TaskId second = submitted(apart);
        TaskId third = submitted(apart);
        assertThat(kinds(second)).containsExactly(Kind.AGENTS_BUSY);
        assertThat(why(second).sentence()).contains("'g'");
        assertThat(change(second, Action.WAIT).subjects()).containsExactly("g");
        bench.last(first).succeed();
        runs(second);
        assertThat(change(third, Action.WAIT).sentence()).contains("or spawn another agent");
        agent("two");
        runs(third);
    }
}
