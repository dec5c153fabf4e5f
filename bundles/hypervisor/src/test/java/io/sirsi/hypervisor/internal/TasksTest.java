package io.sirsi.hypervisor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSpec;
import io.sirsi.audit.AuditRecord;
import io.sirsi.event.Event;
import io.sirsi.event.Subscription;
import io.sirsi.failure.RefusedException;
import io.sirsi.failure.RefusedException.Reason;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.hypervisor.TaskListener;
import io.sirsi.session.SessionId;
import io.sirsi.session.SessionLimits;
import io.sirsi.session.SessionSpec;
import io.sirsi.task.Explanation;
import io.sirsi.task.TaskFinished;
import io.sirsi.task.TaskGraph;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskLogged;
import io.sirsi.task.TaskProgressed;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import io.sirsi.task.TasksNotRecovered;
import io.sirsi.task.TasksRecovered;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TasksTest {

    private static final String[] OF_OWN = {
        "session:open", "session:read", "session:close", "agent", "task"
    };

    private final TestNode node = new TestNode();
    private final Hypervisor ada = node.as("ada", OF_OWN);
    private final Hypervisor bob = node.as("bob", OF_OWN);
    private final Hypervisor root = node.as("root", "*");
    private final SessionId session = open(ada, 10);

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void a_graph_is_accepted_as_a_whole_and_audited_as_one() {
        node.trail.records.clear();
        List<TaskId> tasks = ada.submitTasks(session, graph(3));
        assertThat(tasks).hasSize(3);
        assertThat(node.tasks.open("work")).hasSize(3);
        assertThat(node.trail.lines()).containsExactly("ada task:submit:work DONE");
        assertThat(node.trail.records.get(0).entry())
                .isInstanceOfSatisfying(
                        AuditRecord.Intent.class,
                        intent ->
                                assertThat(intent.action().detail())
                                        .isEqualTo(Map.of("tasks", "3", "types", "work")));
    }

    @Test
    void a_graph_that_does_not_fit_into_the_session_is_refused_with_nothing_of_it_left() {
        ada.submitTasks(session, graph(8));
        assertRefused(
                () -> ada.submitTasks(session, graph(3)),
                Reason.LIMIT,
                "has 8 unfinished tasks and may have 10, so 3 more do not fit");
        assertThat(node.tasks.open("work")).hasSize(8);
        ada.submitTasks(session, graph(2));
    }

    @Test
    void a_graph_of_a_million_is_refused_before_the_scheduler_sees_it() {
        TaskGraph million = new TaskGraph();
        TaskSpec work = TaskSpec.of("work");
        for (int i = 0; i < 1_000_000; i++) {
            million.add(work);
        }
        assertRefused(() -> ada.submitTasks(session, million), Reason.LIMIT, "1000000 more");
        assertThat(node.tasks.open("work")).isEmpty();
    }

    @Test
    void one_forbidden_type_in_a_graph_forbids_it_all() {
        Hypervisor eve = node.as("eve", "session:open", "task:submit:work");
        SessionId hers = open(eve, 10);
        TaskGraph graph = graph(2);
        graph.add(TaskSpec.of("secret"));
        assertRefused(() -> eve.submitTasks(hers, graph), Reason.DENIED, "task:submit:secret");
        assertThat(node.tasks.list(TaskQuery.newest(10))).isEmpty();
    }

    @Test
    void an_empty_graph_a_foreign_session_and_a_label_of_scans_are_refused() {
        assertRefused(
                () -> ada.submitTasks(session, new TaskGraph()), Reason.INVALID, "has no task");
        assertRefused(() -> bob.submitTasks(session, graph(1)), Reason.NOT_FOUND, "no session");
        TaskGraph posing = graph(1);
        posing.add(TaskSpec.of("work").label("scan", "x"));
        assertRefused(() -> ada.submitTasks(session, posing), Reason.INVALID, "belongs to scans");
        assertThat(node.tasks.open("work")).isEmpty();
    }

    @Test
    void tasks_that_came_and_went_unheard_are_not_counted() {
        node.tasks.silent = true;
        for (int i = 0; i < 30; i++) {
            node.tasks.finish(
                    ada.submitTask(session, TaskSpec.of("work")),
                    new TaskState.Cancelled(Instant.EPOCH, "test"));
        }
        ada.submitTasks(session, graph(10));
    }

    @Test
    void a_task_is_paused_and_resumed_by_its_owner_in_whose_name_it_waits() {
        TaskId task = ada.submitTask(session, TaskSpec.of("work"));
        assertThat(ada.pauseTask(task)).isTrue();
        assertThat(node.tasks.pausedTasks).containsEntry(task, "ada");
        assertThat(ada.resumeTask(task)).isTrue();
        assertThat(ada.resumeTask(task)).isFalse();
        assertThat(node.tasks.pausedTasks).isEmpty();
    }

    @Test
    void everything_is_paused_only_by_who_may_see_everything() {
        assertRefused(ada::pauseTasks, Reason.DENIED, "session:any");
        assertThat(node.tasks.allPausedBy).isEmpty();
        root.pauseTasks();
        assertThat(node.tasks.allPausedBy).contains("root");
        assertRefused(ada::resumeTasks, Reason.DENIED, "session:any");
        root.resumeTasks();
        assertThat(node.tasks.allPausedBy).isEmpty();
    }

    @Test
    void the_task_of_another_cannot_be_told_from_none() {
        TaskId task = ada.submitTask(session, TaskSpec.of("work"));
        TaskId none = new TaskId("t-" + "0".repeat(26));
        assertSame(() -> bob.pauseTask(task), () -> bob.pauseTask(none));
        assertSame(() -> bob.resumeTask(task), () -> bob.resumeTask(none));
        assertSame(() -> bob.explainTask(task), () -> bob.explainTask(none));
        assertSame(() -> bob.watchTask(task, event -> {}), () -> bob.watchTask(none, event -> {}));
        assertThat(node.tasks.pausedTasks).isEmpty();
    }

    @Test
    void a_list_has_the_newest_of_all_own_sessions_and_nothing_of_others() {
        TaskId first = ada.submitTask(session, TaskSpec.of("work"));
        SessionId second = open(ada, 10);
        bob.submitTask(open(bob, 10), TaskSpec.of("work"));
        node.clock.advance(Duration.ofSeconds(1));
        TaskId newer = ada.submitTask(second, TaskSpec.of("work"));
        node.clock.advance(Duration.ofSeconds(1));
        TaskId newest = ada.submitTask(session, TaskSpec.of("work"));
        assertThat(ada.tasks(TaskQuery.newest(2)))
                .extracting(TaskSnapshot::id)
                .containsExactly(newest, newer);
        assertThat(ada.tasks(TaskQuery.newest(9)))
                .extracting(TaskSnapshot::id)
                .containsExactly(newest, newer, first);
    }

    @Test
    void an_explanation_names_what_is_the_callers_own_and_nothing_of_others() {
        SessionId bobs = open(bob, 10);
        TaskId his = bob.submitTask(bobs, TaskSpec.of("work"));
        AgentId hisAgent = bob.spawnAgent(bobs, AgentSpec.of("aws"));
        TaskId mine = ada.submitTask(session, TaskSpec.of("work"));
        AgentId myAgent = ada.spawnAgent(session, AgentSpec.of("aws"));
        node.tasks.sentence =
                "It waits for task '"
                        + his
                        + "' on agent "
                        + hisAgent
                        + " of session "
                        + bobs
                        + ".";
        node.tasks.reasons =
                List.of(
                        new Explanation.Reason(
                                Explanation.Kind.BEHIND_OTHERS,
                                "The task " + his + " and " + mine + " are before it.",
                                List.of(his.value(), mine.value()),
                                Optional.empty()),
                        new Explanation.Reason(
                                Explanation.Kind.AGENTS_BUSY,
                                "The agents '" + hisAgent + "' and '" + myAgent + "' are busy.",
                                List.of(hisAgent.value(), myAgent.value()),
                                Optional.of(Instant.EPOCH)));
        node.tasks.change =
                Optional.of(
                        new Explanation.Change(
                                Explanation.Action.CANCEL_TASK,
                                "cancel " + his + "; then resume it: task:resume " + mine,
                                List.of(his.value(), mine.value())));

        Explanation told = ada.explainTask(mine);

        assertThat(told.toString())
                .doesNotContain(his.value(), hisAgent.value(), bobs.value())
                .contains(mine.value(), myAgent.value());
        assertThat(told.sentence())
                .isEqualTo(
                        "It waits for a task of another session on an agent of another session of"
                                + " another session.");
        assertThat(told.reasons().get(0).sentence())
                .isEqualTo("A task of another session and " + mine + " are before it.");
        assertThat(told.reasons().get(0).subjects())
                .containsExactly("a task of another session", mine.value());
        assertThat(told.reasons().get(1).sentence())
                .isEqualTo(
                        "The agents an agent of another session and '" + myAgent + "' are busy.");
        assertThat(told.reasons().get(1).until()).contains(Instant.EPOCH);
        assertThat(told.change().orElseThrow().sentence())
                .isEqualTo(
                        "cancel a task of another session; then resume it: task:resume "
                                + mine
                                + " (ask an administrator for what is of another session)");
        assertThat(told.change().orElseThrow().subjects()).isEmpty();

        assertThat(root.explainTask(mine).toString())
                .contains(his.value(), hisAgent.value(), bobs.value());
    }

    @Test
    void an_explanation_of_own_things_is_told_word_by_word() {
        TaskId mine = ada.submitTask(session, TaskSpec.of("work"));
        Explanation.Change change =
                new Explanation.Change(
                        Explanation.Action.RESUME_TASK,
                        "task:resume " + mine,
                        List.of(mine.value()));
        node.tasks.sentence = "It was paused by ada; the agents of aws are not to blame.";
        node.tasks.change = Optional.of(change);
        assertThat(ada.explainTask(mine).sentence()).isEqualTo(node.tasks.sentence);
        assertThat(ada.explainTask(mine).change()).contains(change);
    }

    @Test
    void who_watches_hears_of_this_task_and_of_no_other() {
        TaskId task = ada.submitTask(session, TaskSpec.of("work"));
        TaskId other = ada.submitTask(session, TaskSpec.of("work"));
        List<Event> heard = new ArrayList<>();
        Subscription watch = ada.watchTask(task, heard::add);
        node.tasks.progress(task, 5);
        node.tasks.progress(other, 6);
        node.bus.publish(new TaskLogged(task, 1, "half way", Instant.EPOCH));
        ada.cancelTask(other);
        ada.cancelTask(task);
        watch.close();
        node.tasks.progress(task, 7);
        assertThat(heard)
                .hasSize(3)
                .hasExactlyElementsOfTypes(
                        TaskProgressed.class, TaskLogged.class, TaskFinished.class);
    }

    @Test
    void a_watch_ends_when_its_reader_may_not_read_any_more() {
        TaskId task = ada.submitTask(session, TaskSpec.of("work"));
        List<Event> heard = new ArrayList<>();
        ada.watchTask(task, heard::add);
        node.authorizer.give("ada", "session:open");
        node.tasks.progress(task, 5);
        node.authorizer.give("ada", OF_OWN);
        node.tasks.progress(task, 6);
        assertThat(heard).isEmpty();
    }

    @Test
    void a_listener_that_fails_ends_its_watch_and_troubles_nobody() {
        TaskId task = ada.submitTask(session, TaskSpec.of("work"));
        List<Event> heard = new ArrayList<>();
        ada.watchTask(
                task,
                event -> {
                    throw new IllegalStateException("test");
                });
        ada.watchTask(task, heard::add);
        node.tasks.progress(task, 5);
        node.tasks.progress(task, 6);
        assertThat(heard).hasSize(2);
        assertThat(node.bus.failures).isEmpty();
    }

    @Test
    void a_slow_watcher_holds_up_nobody_misses_talk_and_hears_every_change() {
        TaskSnapshot task = node.tasks.find(ada.submitTask(session, TaskSpec.of("work"))).get();
        ArrayDeque<Runnable> later = new ArrayDeque<>();
        List<Object> heard = new ArrayList<>();
        try (TaskWatches watches = new TaskWatches(node.bus, later::add)) {
            watches.watch(
                    task.id(),
                    new TaskListener() {
                        @Override
                        public void heard(Event event) {
                            heard.add(event);
                        }

                        @Override
                        public void missed(long events) {
                            heard.add(events);
                        }
                    },
                    () -> true);
            for (int i = 0; i < TaskWatches.CAPACITY + 7; i++) {
                node.tasks.progress(task.id(), i);
            }
            node.bus.publish(new TaskFinished(task, Duration.ZERO, Instant.EPOCH));
            assertThat(later).hasSize(1);
            later.remove().run();
        }
        assertThat(heard).hasSize(TaskWatches.CAPACITY + 2);
        assertThat(heard.get(0)).isEqualTo(7L);
        assertThat(heard.get(heard.size() - 1)).isInstanceOf(TaskFinished.class);
    }

    @Test
    void while_nobody_watches_nobody_has_to_make_events_of_what_tasks_say() {
        TaskId task = ada.submitTask(session, TaskSpec.of("work"));
        assertThat(node.bus.wants(TaskLogged.class)).isFalse();
        Subscription one = ada.watchTask(task, event -> {});
        Subscription other = ada.watchTask(task, event -> {});
        one.close();
        assertThat(node.bus.wants(TaskLogged.class)).isTrue();
        other.close();
        assertThat(node.bus.wants(TaskLogged.class)).isFalse();
    }

    @Test
    void a_watch_that_cannot_listen_is_refused_and_takes_no_place() {
        TaskId task = ada.submitTask(session, TaskSpec.of("work"));
        node.bus.stopped = true;
        for (int i = 0; i <= TaskWatches.MOST; i++) {
            assertRefused(
                    () -> ada.watchTask(task, event -> {}), Reason.UNAVAILABLE, "bus has stopped");
        }
        node.bus.stopped = false;
        ada.watchTask(task, event -> {}).close();
    }

    @Test
    void only_so_many_watches_there_are_and_closed_ones_make_room() {
        TaskId task = ada.submitTask(session, TaskSpec.of("work"));
        List<Subscription> watches = new ArrayList<>();
        for (int i = 0; i < TaskWatches.MOST; i++) {
            watches.add(ada.watchTask(task, event -> {}));
        }
        assertRefused(() -> ada.watchTask(task, event -> {}), Reason.LIMIT, "256 watches");
        watches.get(0).close();
        watches.get(0).close();
        ada.watchTask(task, event -> {});
        assertRefused(() -> ada.watchTask(task, event -> {}), Reason.LIMIT, "256 watches");
    }

    @Test
    void what_a_scheduler_found_is_audited_once_however_it_is_learnt() {
        TasksRecovered found =
                new TasksRecovered(7, 2, 1, 33, Duration.ofMillis(80), Instant.EPOCH);
        node.trail.records.clear();
        RecoveryAudit audit = new RecoveryAudit(node.trail, node.bus);
        node.tasks.recovery = Optional.of(found);
        audit.setTasks(node.tasks);
        node.bus.publish(found);
        assertThat(node.trail.lines()).containsExactly("system task:recover DONE");
        assertThat(note(1))
                .isEqualTo(
                        "7 tasks, 2 of them ran meanwhile, 1 unknown; 33 bytes of a record that"
                                + " was never acknowledged were cut off the end");
        node.bus.publish(new TasksNotRecovered("0.log is damaged at byte 9", Instant.EPOCH));
        assertThat(node.trail.lines()).last().isEqualTo("system task:recover REFUSED");
        assertThat(note(3)).isEqualTo("0.log is damaged at byte 9");
        node.bus.publish(new TasksNotRecovered("0.log is damaged at byte 9", Instant.MAX));
        audit.stop();
        node.bus.publish(new TasksNotRecovered("again", Instant.EPOCH));
        assertThat(node.trail.records).hasSize(4);
    }

    @Test
    void a_scheduler_that_was_there_first_and_could_not_read_its_record_is_audited_too() {
        node.trail.records.clear();
        node.tasks.trouble = "the log is damaged";
        RecoveryAudit audit = new RecoveryAudit(node.trail, node.bus, node.clock);
        audit.setTasks(node.tasks);
        node.bus.publish(new TasksNotRecovered("the log is damaged", Instant.EPOCH));
        assertThat(node.trail.lines()).containsExactly("system task:recover REFUSED");
        assertThat(note(1)).isEqualTo("the log is damaged");
        audit.stop();
    }

    @Test
    void a_scheduler_that_is_merely_in_trouble_has_recovered() {
        node.trail.records.clear();
        node.tasks.trouble = "the disk is full";
        node.tasks.recovery =
                Optional.of(new TasksRecovered(7, 0, 0, 0, Duration.ofMillis(80), Instant.EPOCH));
        RecoveryAudit audit = new RecoveryAudit(node.trail, node.bus, node.clock);
        audit.setTasks(node.tasks);
        assertThat(node.trail.lines()).containsExactly("system task:recover DONE");
        assertThat(note(1)).contains("nothing was torn");
        audit.stop();
    }

    @Test
    void a_recovery_that_cannot_be_audited_stops_nobody() {
        RecoveryAudit audit = new RecoveryAudit(node.trail, node.bus);
        node.trail.broken = true;
        node.bus.publish(new TasksNotRecovered("damaged", Instant.EPOCH));
        node.trail.broken = false;
        audit.stop();
        assertThat(node.bus.failures).isEmpty();
    }

    @Test
    void a_session_has_the_weight_that_it_asked_for_as_far_as_the_node_allows() {
        SessionId heavy =
                ada.openSession(new SessionSpec("x", SessionLimits.DEFAULT.weighing(100))).id();
        assertThat(node.tasks.weights).doesNotContainKey(session).containsEntry(heavy, 100);
        assertRefused(
                () -> ada.openSession(new SessionSpec("x", SessionLimits.DEFAULT.weighing(101))),
                Reason.LIMIT,
                "weight of a session may be at most 100 here, asked were 101");
        ada.closeSession(heavy);
        assertThat(node.tasks.weights).containsEntry(heavy, 1);
    }

    @Test
    void a_scheduler_in_trouble_says_so_in_the_status() {
        node.tasks.trouble = "the disk is full; free some space";
        assertThat(root.status().health().get("scheduler").sentence())
                .isEqualTo("the disk is full; free some space");
    }

    private String note(int index) {
        return ((AuditRecord.Result) node.trail.records.get(index).entry()).note();
    }

    private static TaskGraph graph(int size) {
        TaskGraph graph = new TaskGraph();
        for (int i = 0; i < size; i++) {
            graph.add(TaskSpec.of("work"));
        }
        return graph;
    }

    private static SessionId open(Hypervisor hypervisor, int tasks) {
        return hypervisor
                .openSession(
                        new SessionSpec("test", new SessionLimits(5, tasks, Duration.ofHours(1))))
                .id();
    }

    private static void assertRefused(ThrowingCallable call, Reason reason, String words) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(words);
    }

    /** Both are refused as absent, with the same words but for the name. */
    private static void assertSame(ThrowingCallable foreign, ThrowingCallable absent) {
        assertThat(words(foreign)).isEqualTo(words(absent));
    }

    private static String words(ThrowingCallable call) {
        try {
            call.call();
        } catch (RefusedException e) {
            assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND);
            return String.valueOf(e.getMessage()).replaceAll("'[^']*'", "'…'");
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("not refused");
    }
}
