package io.sirsi.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sirsi.agent.AgentCapabilities;
import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentType;
import io.sirsi.event.Event;
import io.sirsi.event.Subscription;
import io.sirsi.failure.RefusedException;
import io.sirsi.hypervisor.TaskListener;
import io.sirsi.session.Session;
import io.sirsi.session.SessionId;
import io.sirsi.session.SessionSpec;
import io.sirsi.session.SessionState;
import io.sirsi.shell.internal.command.SessionOpen;
import io.sirsi.shell.internal.command.TaskCancel;
import io.sirsi.shell.internal.command.TaskList;
import io.sirsi.shell.internal.command.TaskPause;
import io.sirsi.shell.internal.command.TaskResume;
import io.sirsi.shell.internal.command.TaskShow;
import io.sirsi.shell.internal.command.TaskStats;
import io.sirsi.shell.internal.command.TaskSubmit;
import io.sirsi.shell.internal.command.TaskSubmitGraph;
import io.sirsi.shell.internal.command.TaskWatch;
import io.sirsi.shell.internal.command.TaskWhy;
import io.sirsi.task.Explanation;
import io.sirsi.task.Explanation.Action;
import io.sirsi.task.Explanation.Kind;
import io.sirsi.task.Payload;
import io.sirsi.task.SchedulerStats;
import io.sirsi.task.TaskAttemptFailed;
import io.sirsi.task.TaskFinished;
import io.sirsi.task.TaskGraph;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskLogged;
import io.sirsi.task.TaskProgressed;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskStarted;
import io.sirsi.task.TaskState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class TaskCommandsTest {

    private static final SessionId SESSION = new SessionId("s-0123456789abcdefghjkmnpqrs");
    private static final TaskId TASK = new TaskId("t-0123456789abcdefghjkmnpqr7");
    private static final TaskId OTHER = new TaskId("t-" + "0".repeat(26));
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final TaskSnapshot READY = task(new TaskState.Ready(NOW));
    private static final TaskSnapshot RUNNING =
            task(new TaskState.Running(new AgentId("host-1"), 2, 9, NOW));
    private static final TaskSnapshot SUCCEEDED = task(new TaskState.Succeeded(NOW, Payload.NONE));
    private static final TaskSnapshot FAILED =
            task(new TaskState.Failed(NOW, AgentFailure.unreachable("sts")));

    private final ScriptedHypervisor hypervisor =
            new ScriptedHypervisor()
                    .answer(
                            "agentTypes",
                            none ->
                                    List.of(
                                            new AgentDescriptor(
                                                    new AgentType("host"),
                                                    "this host",
                                                    AgentCapabilities.NONE,
                                                    Set.of("work"),
                                                    1)));
    private final FakeShell script = new FakeShell(hypervisor, false);

    private static TaskSnapshot task(TaskState state) {
        return new TaskSnapshot(TASK, SESSION, TaskSpec.of("work"), state, NOW);
    }

    @Test
    void why_says_the_sentence_then_each_reason_then_what_to_do() throws Exception {
        explain(new Explanation.Change(Action.RESUME_TASK, "resume it", List.of(TASK.value())));

        assertThat(why().out().lines())
                .containsExactly(
                        "It waits for two things.",
                        "- Nobody has the capability 'gpu'.",
                        "- It was paused by ada (until " + Text.zoned(NOW) + ")",
                        "To make it run: resume it",
                        "  task:resume " + TASK);
    }

    @Test
    void why_says_nothing_twice_and_tells_moments_to_the_second_with_their_zone() throws Exception {
        Instant exact = NOW.plusNanos(123_456_789);
        String reason = "it does not start before " + exact;
        hypervisor.answer(
                "explainTask",
                none ->
                        new Explanation(
                                READY,
                                "it does not run yet: " + reason,
                                List.of(
                                        new Explanation.Reason(
                                                Kind.NOT_BEFORE,
                                                reason,
                                                List.of(),
                                                Optional.of(exact))),
                                Optional.of(
                                        new Explanation.Change(
                                                Action.WAIT, "wait until " + exact, List.of()))));

        assertThat(why().out().lines())
                .containsExactly(
                        "it does not run yet: it does not start before " + Text.zoned(NOW),
                        "To make it run: wait until " + Text.zoned(NOW));
    }

    @Test
    void a_running_task_is_asked_to_stop_and_any_other_is_called_off() throws Exception {
        hypervisor.answer("cancelTask", none -> true).answer("task", none -> RUNNING);
        assertThat(script.run(with(new TaskCancel(), "task", TASK.value())).out())
                .startsWith("asked to stop: the agent 'host-1' still runs it")
                .contains("task:watch " + TASK);

        hypervisor.answer("task", none -> task(new TaskState.Cancelled(NOW, "by ada")));
        assertThat(script.run(with(new TaskCancel(), "task", TASK.value())).out().strip())
                .isEqualTo("called off");

        hypervisor.answer(
                "task",
                none -> {
                    throw RefusedException.denied("'eve' may not task:read.");
                });
        assertThat(script.run(with(new TaskCancel(), "task", TASK.value())).out().strip())
                .isEqualTo("called off");

        hypervisor.answer("cancelTask", none -> false);
        FakeShell.Ran ended = script.run(with(new TaskCancel(), "task", TASK.value()));
        assertThat(ended.out().strip()).isEqualTo("it had ended already");
        assertThat(ended.result()).isNull();
    }

    @Test
    void the_list_says_who_paused_a_task_and_what_a_ready_one_waits_for() throws Exception {
        explain(new Explanation.Change(Action.RESUME_TASK, "resume it", List.of(TASK.value())));
        hypervisor.answer(
                "tasks",
                none ->
                        List.of(
                                READY,
                                task(new TaskState.Blocked(Set.of(OTHER))),
                                RUNNING,
                                SUCCEEDED));

        JsonNode json =
                new ObjectMapper().readTree(script.run(with(new TaskList(), "json", true)).out());

        assertThat(json)
                .extracting(task -> task.get("about").asText())
                .containsExactly(
                        "It was paused by ada; Nobody has the capability 'gpu'.",
                        "It was paused by ada; waits for " + OTHER,
                        "attempt 2 on host-1",
                        "");
        assertThat(script.run(new TaskList()).out()).contains("session").contains(SESSION.value());
    }

    @Test
    void a_long_list_explains_the_first_hundred_and_names_the_command_for_the_others()
            throws Exception {
        explain(new Explanation.Change(Action.RESUME_TASK, "resume it", List.of(TASK.value())));
        hypervisor.answer(
                "tasks", none -> Collections.nCopies(ListedTask.MOST_EXPLAINED + 1, READY));

        JsonNode json =
                new ObjectMapper().readTree(script.run(with(new TaskList(), "json", true)).out());

        assertThat(json.get(ListedTask.MOST_EXPLAINED - 1).get("about").asText())
                .startsWith("It was paused");
        assertThat(json.get(ListedTask.MOST_EXPLAINED).get("about").asText())
                .isEqualTo("task:why " + TASK);
        assertThat(hypervisor.asked).hasSize(1 + ListedTask.MOST_EXPLAINED);
    }

    @Test
    void a_task_that_ends_while_it_is_listed_is_listed_all_the_same() throws Exception {
        hypervisor
                .answer("tasks", none -> List.of(READY))
                .answer(
                        "explainTask",
                        none -> {
                            throw RefusedException.notFound("there is no task");
                        });

        assertThat(script.run(new TaskList()).out()).contains("task:why " + TASK);
    }

    @Test
    void resuming_a_session_that_was_not_paused_says_so() throws Exception {
        hypervisor.answer("session", none -> session()).answer("resumeSession", none -> session());

        assertThat(script.run(with(new TaskResume(), "sessionId", SESSION.value())).out().strip())
                .isEqualTo("it was not paused");
    }

    @Test
    void why_does_not_say_a_command_twice() throws Exception {
        explain(new Explanation.Change(Action.RESUME_ALL, "type task:resume --all", List.of()));

        assertThat(why().out().lines()).last().isEqualTo("To make it run: type task:resume --all");
    }

    @Test
    void why_as_json_has_kinds_subjects_and_the_command() throws Exception {
        explain(new Explanation.Change(Action.SPAWN_AGENT, "spawn one", List.of("host")));
        TaskWhy why = new TaskWhy();
        FakeShell.set(why, "task", TASK.value());
        FakeShell.set(why, "json", true);

        JsonNode json = new ObjectMapper().readTree(script.run(why).out());

        assertThat(json.get("task").asText()).isEqualTo(TASK.value());
        assertThat(json.get("state").asText()).isEqualTo("Ready");
        assertThat(json.get("reasons").get(0).get("kind").asText()).isEqualTo("NO_AGENT");
        assertThat(json.get("reasons").get(0).get("subjects").get(0).asText()).isEqualTo("gpu");
        assertThat(json.get("reasons").get(0).get("until").isNull()).isTrue();
        assertThat(json.get("reasons").get(1).get("until").asText()).isEqualTo(NOW.toString());
        assertThat(json.get("change").get("action").asText()).isEqualTo("SPAWN_AGENT");
        assertThat(json.get("command").asText())
                .isEqualTo("agent:spawn --session " + SESSION + " host");
    }

    @Test
    void each_change_that_a_command_makes_has_its_command() {
        assertThat(
                        Arrays.stream(Action.values())
                                .map(
                                        action ->
                                                Remedies.command(
                                                                explained(
                                                                        new Explanation.Change(
                                                                                action,
                                                                                "do",
                                                                                List.of("x"))))
                                                        .orElse("none")))
                .containsExactly(
                        "agent:spawn --session " + SESSION + " x",
                        "none",
                        "task:resume x",
                        "session:resume x",
                        "task:resume --all",
                        "task:why x",
                        "task:cancel x",
                        "none",
                        "task:submit --session " + SESSION + " x",
                        "none",
                        "none");
        assertThat(
                        Remedies.command(
                                explained(
                                        new Explanation.Change(
                                                Action.CANCEL_TASK, "ask", List.of()))))
                .isEmpty();
    }

    @Test
    void watch_shows_what_happens_until_the_task_ends() throws Exception {
        AgentFailure down = AgentFailure.unreachable("sts");
        happens(
                new TaskStarted(RUNNING, Duration.ZERO, NOW),
                new TaskProgressed(TASK, 5, 10, "resources", NOW),
                new TaskLogged(TASK, 2, "half\u001b way", NOW),
                new TaskAttemptFailed(task(new TaskState.RetryWait(NOW, 2, down)), down, NOW),
                new TaskFinished(SUCCEEDED, Duration.ofSeconds(1), NOW),
                new TaskLogged(TASK, 2, "too late", NOW));

        FakeShell.Ran ran = watch(false);

        String at = Text.of(NOW) + "  ";
        assertThat(ran.out().lines())
                .containsExactly(
                        at + "Ready",
                        at + "Running: attempt 2 on host-1",
                        at + "5 of 10 resources",
                        at + "| half? way",
                        at + "RetryWait: again at " + Text.of(NOW) + ": " + down.sentence(),
                        at + "Succeeded");
        assertThat(ran.result()).isNull();
        assertThat(hypervisor.asked).contains("close[]");
    }

    @Test
    void a_watched_task_that_does_not_succeed_is_exit_code_1() throws Exception {
        happens(new TaskFinished(FAILED, Duration.ofSeconds(1), NOW));

        FakeShell.Ran ran = watch(false);

        assertThat(ran.result()).isEqualTo(1);
        assertThat(ran.out()).contains("Failed: UNREACHABLE");
    }

    @Test
    void a_task_that_had_ended_is_shown_at_once() throws Exception {
        happens();
        hypervisor.answer("task", none -> SUCCEEDED);

        assertThat(watch(false).out().lines()).containsExactly(Text.of(NOW) + "  Succeeded");
    }

    @Test
    void a_watch_whose_events_got_lost_asks_for_the_task() throws Exception {
        happens(new TaskStarted(RUNNING, Duration.ZERO, NOW));
        Deque<TaskSnapshot> answers = new ArrayDeque<>(List.of(READY, RUNNING, SUCCEEDED));
        hypervisor.answer("task", none -> answers.remove());
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        TaskSnapshot ended =
                new TaskStream(
                                hypervisor.hypervisor(),
                                new PrintStream(out, true, StandardCharsets.UTF_8),
                                false,
                                Duration.ofMillis(1),
                                Clock.fixed(NOW, ZoneOffset.UTC))
                        .follow(TASK);

        assertThat(ended).isEqualTo(SUCCEEDED);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("Running").contains("Succeeded");
    }

    @Test
    void watch_as_json_is_an_object_a_line() throws Exception {
        happens(
                new TaskProgressed(TASK, 5, 0, "resources", NOW),
                new TaskLogged(TASK, 2, "half", NOW),
                new TaskFinished(FAILED, Duration.ofSeconds(1), NOW));

        List<JsonNode> lines = watch(true).out().lines().map(TaskCommandsTest::tree).toList();

        assertThat(lines)
                .extracting(line -> line.get("event").asText())
                .containsExactly("state", "progress", "log", "finished");
        assertThat(lines.get(1).get("done").asInt()).isEqualTo(5);
        assertThat(lines.get(1).get("at").asText()).isEqualTo(NOW.toString());
        assertThat(lines.get(2).get("line").asText()).isEqualTo("half");
        assertThat(lines.get(3).get("state").asText()).isEqualTo("Failed");
    }

    @Test
    void what_was_left_out_is_said() throws Exception {
        hypervisor
                .answer("task", none -> READY)
                .answer(
                        "watchTask",
                        given -> {
                            TaskListener listener = (TaskListener) given[1];
                            listener.missed(7);
                            listener.heard(new TaskFinished(SUCCEEDED, Duration.ZERO, NOW));
                            return (Subscription) () -> {};
                        });

        assertThat(watch(false).out()).contains("7 lines and steps of progress left out");
        assertThat(tree(watch(true).out().lines().toList().get(1)).get("events").asInt())
                .isEqualTo(7);
    }

    @Test
    void a_watch_that_nobody_reads_ends_and_the_task_goes_on() {
        happens(new TaskStarted(RUNNING, Duration.ZERO, NOW));
        PrintStream gone =
                new PrintStream(
                        new OutputStream() {
                            @Override
                            public void write(int b) throws IOException {
                                throw new IOException("closed");
                            }
                        },
                        true,
                        StandardCharsets.UTF_8);

        assertThatThrownBy(
                        () ->
                                new TaskStream(
                                                hypervisor.hypervisor(),
                                                gone,
                                                false,
                                                Duration.ofSeconds(1),
                                                Clock.fixed(NOW, ZoneOffset.UTC))
                                        .follow(TASK))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nobody is there");
        assertThat(hypervisor.asked).noneMatch(call -> call.startsWith("cancel"));
    }

    @Test
    void pause_and_resume_are_for_a_task_a_session_or_everything() throws Exception {
        hypervisor
                .answer("pauseTask", none -> true)
                .answer("resumeTask", none -> false)
                .answer("suspendSession", none -> session())
                .answer("resumeSession", none -> session())
                .answer("session", none -> suspended())
                .answer("pauseTasks", none -> null)
                .answer("resumeTasks", none -> null);

        assertThat(script.run(with(new TaskPause(), "task", TASK.value())).out())
                .contains("paused " + TASK);
        assertThat(script.run(with(new TaskResume(), "task", TASK.value())).out())
                .contains("it was not paused");
        assertThat(script.run(with(new TaskPause(), "sessionId", SESSION.value())).out())
                .contains("takes no submissions")
                .contains("task:resume --session " + SESSION);
        assertThat(script.run(with(new TaskResume(), "sessionId", SESSION.value())).out().strip())
                .isEqualTo("resumed " + SESSION);
        assertThat(script.run(with(new TaskPause(), "all", true)).out()).contains("--all");
        script.run(with(new TaskResume(), "all", true));
        assertThat(hypervisor.asked)
                .containsExactly(
                        "pauseTask[" + TASK + "]",
                        "resumeTask[" + TASK + "]",
                        "suspendSession[" + SESSION + "]",
                        "session[" + SESSION + "]",
                        "resumeSession[" + SESSION + "]",
                        "pauseTasks[]",
                        "resumeTasks[]");
    }

    @Test
    void pausing_nothing_or_two_things_is_refused() throws Exception {
        assertThat(script.run(new TaskPause()).err()).contains("exactly one of").contains("were 0");
        TaskResume both = with(new TaskResume(), "task", TASK.value());
        FakeShell.set(both, "all", true);
        assertThat(script.run(both).err()).contains("exactly one of").contains("were 2");
        assertThat(hypervisor.asked).isEmpty();
    }

    @Test
    void a_graph_is_submitted_as_one_and_its_names_are_told() throws Exception {
        TaskGraph[] submitted = new TaskGraph[1];
        hypervisor.answer(
                "submitTasks",
                given -> {
                    submitted[0] = (TaskGraph) given[1];
                    return List.of(OTHER, TASK);
                });
        TaskSubmitGraph submit =
                graph(
                        "[{\"name\":\"a\",\"type\":\"work\"},{\"name\":\"b\",\"type\":\"work\",\"after\":[\"a\"]}]");
        FakeShell.set(submit, "json", true);

        JsonNode json = new ObjectMapper().readTree(script.run(submit).out());

        assertThat(submitted[0].size()).isEqualTo(2);
        assertThat(json.get(1).get("name").asText()).isEqualTo("b");
        assertThat(json.get(1).get("id").asText()).isEqualTo(TASK.value());
    }

    @Test
    void a_graph_comes_as_a_file_that_was_sent_too_and_is_used_once() throws Exception {
        hypervisor.answer("submitTasks", given -> List.of(TASK));
        byte[] text = "[{\"type\":\"work\"}]".getBytes(StandardCharsets.UTF_8);
        SentFile.receive(
                script.session(System.out),
                new ByteArrayInputStream(text),
                text.length,
                "graph.json");

        TaskSubmitGraph submit = with(new TaskSubmitGraph(), "sessionId", SESSION.value());
        assertThat(script.run(submit).out()).contains(TASK.value());
        assertThat(script.run(submit).err())
                .contains("./sirsi exec --file graph.json 'task:submit-graph --session " + SESSION)
                .contains("neither");
    }

    @Test
    void a_graph_that_is_not_text_is_refused() throws Exception {
        InputStream binary = new ByteArrayInputStream(new byte[] {'[', (byte) 0xff, ']'});
        SentFile.receive(script.session(System.out), binary, 3, "graph.json");

        TaskSubmitGraph submit = with(new TaskSubmitGraph(), "sessionId", SESSION.value());
        assertThat(script.run(submit).err())
                .isEqualTo("the file that was sent is not text in UTF-8.");
    }

    @Test
    void a_graph_twice_is_refused_and_a_file_is_not_read_by_the_node() throws Exception {
        byte[] text = "[]".getBytes(StandardCharsets.UTF_8);
        SentFile.receive(
                script.session(System.out),
                new ByteArrayInputStream(text),
                text.length,
                "graph.json");
        assertThat(script.run(graph("[]")).err()).contains("there were both");

        TaskSubmitGraph named = with(new TaskSubmitGraph(), "sessionId", SESSION.value());
        FakeShell.set(named, "file", "/etc/passwd");
        assertThat(script.run(named).err())
                .contains("the node reads no file")
                .contains("./sirsi exec --file /etc/passwd 'task:submit-graph");
        assertThat(hypervisor.asked).isEmpty();
    }

    @Test
    void a_file_that_is_too_long_or_cut_off_is_not_taken() {
        InputStream two = new ByteArrayInputStream(new byte[2]);
        assertThatThrownBy(
                        () ->
                                SentFile.receive(
                                        script.session(System.out), two, SentFile.MOST + 1, ""))
                .hasMessageContaining("longer than 16 MiB");
        assertThatThrownBy(() -> SentFile.receive(script.session(System.out), two, 3, ""))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("did not arrive whole");
    }

    @Test
    void a_submission_without_a_session_names_the_commands_that_help() throws Exception {
        assertThat(script.run(with(new TaskSubmit(), "type", "work")).err())
                .contains("--session is missing")
                .contains("session:list")
                .contains("session:open");
        assertThat(script.run(with(new TaskSubmitGraph(), "graph", "[]")).err())
                .contains("--session is missing");
        assertThat(hypervisor.asked).isEmpty();
    }

    @Test
    void a_graph_with_a_type_that_no_agent_runs_is_refused_unless_it_is_meant() throws Exception {
        hypervisor.answer("submitTasks", given -> List.of(TASK));

        assertThat(script.run(graph("[{\"type\":\"nosuch\"}]")).err())
                .contains("'nosuch'")
                .contains("known: work")
                .contains("--unknown-type");

        TaskSubmitGraph meant = graph("[{\"type\":\"nosuch\"}]");
        FakeShell.set(meant, "unknownType", true);
        assertThat(script.run(meant).out()).contains(TASK.value());
    }

    @Test
    void a_type_that_is_yet_to_come_can_be_submitted_on_purpose() throws Exception {
        hypervisor.answer("submitTask", given -> TASK);
        TaskSubmit submit = with(new TaskSubmit(), "type", "nosuch");
        FakeShell.set(submit, "sessionId", SESSION.value());
        FakeShell.set(submit, "unknownType", true);

        assertThat(script.run(submit).out()).contains("submitted " + TASK);
    }

    @Test
    void what_the_scheduler_refuses_is_one_sentence_and_exit_code_1() throws Exception {
        hypervisor.answer(
                "submitTask",
                given -> {
                    throw RefusedException.invalid(
                            "not a cron expression: 'never'; write five fields.");
                });
        TaskSubmit submit = with(new TaskSubmit(), "type", "work");
        FakeShell.set(submit, "sessionId", SESSION.value());
        FakeShell.set(submit, "cron", "never");

        FakeShell.Ran ran = script.run(submit);

        assertThat(ran.result()).isEqualTo(1);
        assertThat(ran.err().strip())
                .isEqualTo("not a cron expression: 'never'; write five fields.");
    }

    @Test
    void the_list_says_until_when_a_task_waits_and_for_how_many() throws Exception {
        Set<TaskId> five = Set.of(OTHER, TASK, TaskId.of(0, 1), TaskId.of(0, 2), TaskId.of(0, 3));
        hypervisor.answer(
                "explainTask",
                none -> new Explanation(READY, "it waits", List.of(), Optional.empty()));
        hypervisor.answer(
                "tasks",
                none ->
                        List.of(
                                task(new TaskState.Blocked(Set.of(), Optional.of(NOW))),
                                task(new TaskState.Blocked(five, Optional.of(NOW))),
                                task(new TaskState.Blocked(Set.of(OTHER)))));
        TaskList list = with(new TaskList(), "json", true);
        FakeShell.set(list, "labels", List.of("night=1"));
        FakeShell.set(list, "states", List.of("blocked"));

        JsonNode json = new ObjectMapper().readTree(script.run(list).out());

        assertThat(json.get(0).get("about").asText()).isEqualTo("waits until " + Text.of(NOW));
        assertThat(json.get(0).get("until").asText()).isEqualTo(NOW.toString());
        assertThat(json.get(1).get("about").asText())
                .startsWith("waits for " + OTHER)
                .endsWith(" and 2 more and until " + Text.of(NOW));
        assertThat(json.get(2).get("about").asText()).isEqualTo("waits for " + OTHER);
        assertThat(json.get(2).get("until").isNull()).isTrue();
        assertThat(hypervisor.asked)
                .contains(
                        "tasks["
                                + new TaskQuery(
                                        Optional.empty(),
                                        Set.of("Blocked"),
                                        Map.of("night", "1"),
                                        50)
                                + "]");
    }

    @Test
    void a_task_is_shown_with_all_that_was_wished() throws Exception {
        TaskSpec spec =
                new TaskWishes()
                        .wish("cron", "0 3 * * *")
                        .wish("zone", "UTC")
                        .wish("at-most-once", true)
                        .wish("agent-type", "aws")
                        .wish("limit-key", "aws/1")
                        .wish("heartbeat-timeout", "1m")
                        .spec("work");
        hypervisor.answer(
                "task", none -> new TaskSnapshot(TASK, SESSION, spec, RUNNING.state(), NOW));

        String shown = script.run(with(new TaskShow(), "task", TASK.value())).out();

        assertThat(shown.replaceAll(" +", " "))
                .contains("recurrence 0 3 * * * UTC, missed: Fire once")
                .contains("delivery At most once")
                .contains("limit keys aws/1")
                .contains("heartbeat timeout 1m 0s")
                .contains("attempt 2")
                .contains("agent host-1")
                .contains("wished agent")
                .doesNotContain("queue timeout")
                .doesNotContain("output")
                .contains("attempts 3")
                .contains("backoff Full jitter, 500 ms to 30.0 s");
    }

    @Test
    void stats_say_what_troubles_the_scheduler() throws Exception {
        hypervisor.answer(
                "taskStats",
                none ->
                        new SchedulerStats(
                                Map.of("Ready", 2L),
                                5,
                                0,
                                new SchedulerStats.Times(
                                        Duration.ofMillis(3),
                                        Duration.ofSeconds(4),
                                        Duration.ZERO,
                                        Duration.ofSeconds(61)),
                                "the disk is full"));

        assertThat(script.run(new TaskStats()).out())
                .contains("trouble")
                .contains("disk is full")
                .containsPattern("wait p99 +4\\.0 s");
    }

    @Test
    void a_session_can_be_opened_with_a_weight() throws Exception {
        SessionSpec[] opened = new SessionSpec[1];
        hypervisor.answer(
                "openSession",
                given -> {
                    opened[0] = (SessionSpec) given[0];
                    return session();
                });
        SessionOpen open = with(new SessionOpen(), "label", "heavy");
        FakeShell.set(open, "weight", 7);

        script.run(open);

        assertThat(opened[0].limits().weight()).isEqualTo(7);
    }

    private void explain(Explanation.Change change) {
        hypervisor.answer("explainTask", none -> explained(change));
    }

    private static Explanation explained(Explanation.Change change) {
        return new Explanation(
                READY,
                "It waits for two things.",
                List.of(
                        new Explanation.Reason(
                                Kind.NO_AGENT,
                                "Nobody has the capability 'gpu'.",
                                List.of("gpu"),
                                Optional.empty()),
                        new Explanation.Reason(
                                Kind.PAUSED,
                                "It was paused by ada",
                                List.of("ada"),
                                Optional.of(NOW))),
                Optional.of(change));
    }

    private FakeShell.Ran why() throws Exception {
        return script.run(with(new TaskWhy(), "task", TASK.value()));
    }

    private FakeShell.Ran watch(boolean json) throws Exception {
        TaskWatch watch = with(new TaskWatch(), "task", TASK.value());
        FakeShell.set(watch, "json", json);
        return script.run(watch);
    }

    private void happens(Event... events) {
        hypervisor
                .answer("task", none -> READY)
                .answer(
                        "watchTask",
                        given -> {
                            for (Event event : events) {
                                ((TaskListener) given[1]).heard(event);
                            }
                            return (Subscription) () -> hypervisor.asked.add("close[]");
                        });
    }

    private static TaskSubmitGraph graph(String json) throws ReflectiveOperationException {
        TaskSubmitGraph submit = with(new TaskSubmitGraph(), "graph", json);
        FakeShell.set(submit, "sessionId", SESSION.value());
        return submit;
    }

    private static Session suspended() {
        return new Session(SESSION, "ada", SessionSpec.of("x"), SessionState.SUSPENDED, NOW);
    }

    private static Session session() {
        return new Session(SESSION, "ada", SessionSpec.of("x"), SessionState.ACTIVE, NOW);
    }

    private static <T> T with(T command, String field, Object value)
            throws ReflectiveOperationException {
        FakeShell.set(command, field, value);
        return command;
    }

    private static JsonNode tree(String json) {
        try {
            return new ObjectMapper().readTree(json);
        } catch (IOException e) {
            throw new AssertionError(json, e);
        }
    }
}
