package io.sirsi.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.agent.AgentId;
import io.sirsi.failure.RefusedException;
import io.sirsi.shell.internal.command.TaskSubmit;
import io.sirsi.task.AgentConstraint;
import io.sirsi.task.Delivery;
import io.sirsi.task.Dependency;
import io.sirsi.task.Dependency.Condition;
import io.sirsi.task.Join;
import io.sirsi.task.ParentFailure;
import io.sirsi.task.Payload;
import io.sirsi.task.Priority;
import io.sirsi.task.Recurrence;
import io.sirsi.task.RetryPolicy;
import io.sirsi.task.TaskGraph;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Option;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TaskWishesTest {

    private static final TaskId FIRST = new TaskId("t-" + "0".repeat(25) + "1");
    private static final TaskId SECOND = new TaskId("t-" + "0".repeat(25) + "2");

    @Test
    void every_option_of_submit_is_a_wish_and_every_wish_is_an_option() {
        Set<String> options =
                Arrays.stream(TaskSubmit.class.getDeclaredFields())
                        .map(field -> field.getAnnotation(Option.class))
                        .filter(Objects::nonNull)
                        .map(option -> option.name().substring(2))
                        .collect(Collectors.toCollection(TreeSet::new));
        options.removeAll(Set.of("session", "wait", "unknown-type"));
        assertThat(options).isEqualTo(new TreeSet<>(TaskWishes.NAMES));
    }

    @Test
    void nothing_wished_is_the_plain_specification() {
        assertThat(new TaskWishes().spec("work")).isEqualTo(TaskSpec.of("work"));
    }

    @Test
    void every_wish_is_in_the_specification() {
        TaskSpec spec =
                new TaskWishes()
                        .wish("priority", "Critical")
                        .wish("after", FIRST.value())
                        .wish("after-any", SECOND.value())
                        .wish("join", "any")
                        .wish("on-parent-failure", "skip")
                        .wish("agent", "aws-1")
                        .wish("prefer-agent", "aws-2")
                        .wish("forbid-agent", List.of("aws-3"))
                        .wish("agent-type", "aws")
                        .wish("prefer-type", "aws")
                        .wish("forbid-type", "host")
                        .wish("require", List.of("compute", "storage"))
                        .wish("prefer", "fast")
                        .wish("forbid", "slow")
                        .wish("co-locate", "here")
                        .wish("spread", "there")
                        .wish("timeout", "90s")
                        .wish("queue-timeout", "2h")
                        .wish("heartbeat-timeout", "1m")
                        .wish("retry-attempts", "7")
                        .wish("retry-delay", "1m")
                        .wish("retry-max-delay", "5m")
                        .wish("retry-backoff", "exponential")
                        .wish("delay", "500ms")
                        .wish("at", "2026-12-01T04:00")
                        .wish("cron", "0 3 * * *")
                        .wish("zone", "Europe/Berlin")
                        .wish("misfire", "fire_all")
                        .wish("at-most-once", true)
                        .wish("volatile", false)
                        .wish("limit-key", List.of("aws/1/eu-west-1", "shared"))
                        .wish("key", "once")
                        .wish("label", "a=b")
                        .wish("input", List.of("x=1", "y=2=3"))
                        .wish("trace-parent", "00-1-2-01")
                        .spec("work");
        assertThat(spec.priority()).isEqualTo(Priority.CRITICAL);
        assertThat(spec.dependencies())
                .containsExactly(
                        new Dependency(FIRST, Condition.SUCCESS),
                        new Dependency(SECOND, Condition.ANY_END));
        assertThat(spec.join()).isEqualTo(Join.ANY_OF);
        assertThat(spec.onParentFailure()).isEqualTo(ParentFailure.SKIP);
        assertThat(spec.constraints())
                .containsExactlyInAnyOrder(
                        AgentConstraint.named(new AgentId("aws-1")),
                        AgentConstraint.preferAgent(new AgentId("aws-2")),
                        AgentConstraint.forbidAgent(new AgentId("aws-3")),
                        AgentConstraint.ofType("aws"),
                        AgentConstraint.preferType("aws"),
                        AgentConstraint.forbidType("host"),
                        AgentConstraint.requireCapability("compute"),
                        AgentConstraint.requireCapability("storage"),
                        AgentConstraint.preferCapability("fast"),
                        AgentConstraint.forbidCapability("slow"),
                        AgentConstraint.coLocate("here"),
                        AgentConstraint.spread("there"));
        assertThat(spec.timeout()).isEqualTo(Duration.ofSeconds(90));
        assertThat(spec.queueTimeout()).contains(Duration.ofHours(2));
        assertThat(spec.heartbeatTimeout()).contains(Duration.ofMinutes(1));
        assertThat(spec.retry())
                .isEqualTo(
                        new RetryPolicy(
                                7,
                                Duration.ofMinutes(1),
                                Duration.ofMinutes(5),
                                RetryPolicy.Backoff.EXPONENTIAL));
        assertThat(spec.delay()).isEqualTo(Duration.ofMillis(500));
        assertThat(spec.notBefore()).contains(Instant.parse("2026-12-01T03:00:00Z"));
        assertThat(spec.recurrence())
                .contains(
                        new Recurrence.Cron(
                                "0 3 * * *",
                                ZoneId.of("Europe/Berlin"),
                                Recurrence.Misfire.FIRE_ALL));
        assertThat(spec.delivery()).isEqualTo(Delivery.AT_MOST_ONCE);
        assertThat(spec.limitKeys()).containsExactly("aws/1/eu-west-1", "shared");
        assertThat(spec.idempotencyKey()).contains("once");
        assertThat(spec.labels()).isEqualTo(Map.of("a", "b"));
        assertThat(spec.input()).isEqualTo(Payload.fields(Map.of("x", "1", "y", "2=3")));
        assertThat(spec.traceParent()).contains("00-1-2-01");
    }

    @Test
    void a_delay_of_retries_alone_is_not_in_the_way_of_the_usual_other_one() {
        assertThat(new TaskWishes().wish("retry-delay", "5m").spec("work").retry().maxDelay())
                .isEqualTo(Duration.ofMinutes(5));
        assertThat(new TaskWishes().wish("retry-max-delay", "100ms").spec("work").retry())
                .isEqualTo(new RetryPolicy(3, Duration.ofMillis(100), Duration.ofMillis(100)));
    }

    @Test
    void a_time_with_an_offset_needs_no_zone_and_an_interval_is_a_recurrence() {
        TaskSpec spec =
                new TaskWishes()
                        .wish("at", "2026-12-01T04:00:00+02:00")
                        .wish("every", "15m")
                        .wish("misfire", "skip")
                        .wish("volatile", true)
                        .wish("input-json", "{\"a\":1}")
                        .spec("work");
        assertThat(spec.notBefore()).contains(Instant.parse("2026-12-01T02:00:00Z"));
        assertThat(spec.recurrence())
                .contains(new Recurrence.Every(Duration.ofMinutes(15), Recurrence.Misfire.SKIP));
        assertThat(spec.delivery()).isEqualTo(Delivery.VOLATILE);
        assertThat(spec.input()).isEqualTo(Payload.json("{\"a\":1}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "timeout           | -5s      | --timeout: a duration is not negative: '-5s'; write one like 90s.",
                "delay             | -5s      | --delay: a duration is not negative: '-5s'; write",
                "delay             | soon     | --delay: not a duration: 'soon'; write one like 90s",
                "timeout           | 0s       | --timeout: timeout must be positive and at most 31 days: PT0S; write one like 30m.",
                "limit-key         | a b      | with slashes between them: 'a b'; write one like aws/",
                "retry-delay       | 40d      | --retry-delay: a wait is not negative and at most 31 days, not '40d'; write one like 1s.",
                "label             | =x       | --label: not a named value",
                "input             | x        | --input: not a named value",
                "zone              | Mars     | --zone: unknown time zone 'Mars'",
                "timeout           | PT-5S    | timeout must be positive and at most 31 days: PT-5S",
                "queue-timeout     | 0s       | timeout must be positive",
                "heartbeat-timeout | 40d      | at most 31 days",
                "delay             | 400d     | at most 366 days",
                "at                | tomorrow | not a time: 'tomorrow'; write one like 2026-12",
                "every             | 0s       | --every: an interval is 1 second to 366 days: PT0S",
                "priority          | urgent   | 'urgent'; write one of low, normal, high",
                "join              | some     | unknown join 'some'; write all or any",
                "on-parent-failure | cry      | 'cry'; write one of cancel, skip, run",
                "retry-attempts    | many     | --retry-attempts: a whole number from 1 to 100, not 'many'; write one like 5.",
                "retry-attempts    | 0        | --retry-attempts: a whole number from 1 to 100, not '0'; write",
                "retry-backoff     | slow     | 'slow'; write one of fixed, exponential, full_jitter",
                "after             | t-1      | not a task id: 't-1'; task:list shows them",
                "agent             | A        | not an agent id: 'A'; agent:list shows them",
                "limit-key         | a//b     | parts with slashes between them: 'a//b'",
                "label             | novalue  | 'novalue'; write it as key=value",
                "zone              | UTC      | --zone 'UTC' means nothing without --cron or --at",
                "misfire           | skip     | --misfire 'skip' means nothing without --cron or --every",
                "spread            | ''       | a group's name is 1 to 63 characters"
            })
    void what_makes_no_sense_is_named_with_what_can_be_written(
            String name, String value, String words) {
        assertThatThrownBy(() -> new TaskWishes().wish(name, value).spec("work"))
                .isInstanceOfAny(IllegalArgumentException.class, RefusedException.class)
                .hasMessageContaining(words);
    }

    @Test
    void what_excludes_each_other_is_refused() {
        assertThatThrownBy(
                        () ->
                                new TaskWishes()
                                        .wish("every", "5m")
                                        .wish("cron", "0 3 * * *")
                                        .spec("work"))
                .hasMessageContaining("--every and --cron exclude each other");
        assertThatThrownBy(
                        () ->
                                new TaskWishes()
                                        .wish("at-most-once", true)
                                        .wish("volatile", true)
                                        .spec("work"))
                .hasMessageContaining("exclude each other");
        assertThatThrownBy(
                        () ->
                                new TaskWishes()
                                        .wish("cron", "0 3 * * *")
                                        .wish("zone", "Mars/Olympus")
                                        .spec("work"))
                .hasMessageContaining("unknown time zone 'Mars/Olympus'");
        assertThatThrownBy(
                        () -> new TaskWishes().wish("input-json", "x".repeat(2 << 20)).spec("work"))
                .hasMessageContaining("at most 1048576 characters, this one has 2097152");
    }

    @Test
    void waits_between_attempts_that_shrink_are_named_by_their_options() {
        assertThatThrownBy(
                        () ->
                                new TaskWishes()
                                        .wish("retry-delay", "10m")
                                        .wish("retry-max-delay", "1m")
                                        .spec("work"))
                .hasMessage(
                        "--retry-delay 10m is longer than --retry-max-delay 1m; write the longer one"
                                + " last, such as --retry-delay 1m --retry-max-delay 10m.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[{\"type\":'work'}]       | at line 1, column 10",
                "[{\"type\":\"work\"}       | where it ends too early",
                "[{\"type\":\"work\"}] x    | at line 1, column",
                "[ // comment             | at line 1, column"
            },
            quoteCharacter = '`')
    void a_graph_that_is_not_json_is_told_by_its_place_and_without_the_parsers_words(
            String json, String words) {
        assertThatThrownBy(() -> TaskGraphs.parse(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the graph is not JSON")
                .hasMessageContaining(words)
                .hasMessageNotContaining("ALLOW_")
                .hasMessageNotContaining("[Source");
    }

    @Test
    void the_name_of_a_file_is_no_graph_and_the_way_to_send_one_is_told() {
        assertThatThrownBy(() -> TaskGraphs.parse("graph.json"))
                .hasMessageContaining("./sirsi exec --file graph.json");
    }

    @Test
    void a_graph_is_an_array_of_tasks_with_names_and_the_wishes_of_submit() {
        TaskGraph graph =
                TaskGraphs.parse(
                        "[{\"name\":\"a\",\"type\":\"work\",\"priority\":\"high\","
                                + "\"input\":{\"n\":1,\"s\":\"x\"},\"label\":{\"k\":\"v\"},"
                                + "\"after-any\":\"b\",\"require\":[\"compute\",\"storage\"],"
                                + "\"retry-attempts\":5,\"at-most-once\":true,\"volatile\":false},"
                                + "{\"name\":\"b\",\"type\":\"rest\",\"input-json\":{\"deep\":[1]},"
                                + "\"after\":[\""
                                + FIRST
                                + "\"]},"
                                + "{\"type\":\"work\",\"after\":[\"a\",\"b\"]}]");
        assertThat(graph.size()).isEqualTo(3);
        assertThat(graph.name(0)).isEqualTo("a");
        assertThat(graph.spec(0))
                .isEqualTo(
                        new TaskWishes()
                                .wish("priority", "high")
                                .wish("input", List.of("n=1", "s=x"))
                                .wish("label", "k=v")
                                .wish("require", List.of("compute", "storage"))
                                .wish("retry-attempts", "5")
                                .wish("at-most-once", true)
                                .spec("work"));
        assertThat(Objects.requireNonNull(graph.node(0)).after())
                .isEqualTo(Map.of("b", Condition.ANY_END));
        assertThat(graph.spec(1).input()).isEqualTo(Payload.json("{\"deep\":[1]}"));
        assertThat(graph.spec(1).dependencies())
                .containsExactly(new Dependency(FIRST, Condition.SUCCESS));
        assertThat(Objects.requireNonNull(graph.node(2)).after())
                .isEqualTo(Map.of("a", Condition.SUCCESS, "b", Condition.SUCCESS));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[{\"type\":\"work\"                               | the graph is not JSON, which shows at line 1",
                "[{\"type\":\"work\",\"type\":\"other\"}]         | the graph is not JSON, which shows at line 1",
                "[{\"type\":\"work\",\"input\":{\"k\":{\"z\":1}}}] | input k is text, a number",
                "[{\"type\":\"work\",\"label\":{\"k\":null}}]    | label k is text, a number",
                "{}                                                | a JSON array with at least one",
                "[]                                                | a JSON array with at least one",
                "[7]                                               | task '#0' of the graph: it has no",
                "[{\"name\":\"a\"}]                                | task 'a' of the graph: it has no",
                "[{\"type\":\"Work\"}]                             | not a task type: 'Work'",
                "[{\"type\":\"work\",\"colour\":\"red\"}]          | unknown wish 'colour'; write one",
                "[{\"type\":\"work\",\"after\":[\"b\"]}]           | it waits for 'b', which is neither",
                "[{\"type\":\"work\",\"after\":[\"t-1\"]}]         | not a task id: 't-1'",
                "[{\"type\":\"work\",\"timeout\":\"-1s\"}]         | task '#0' of the graph: timeout: a dur",
                "[{\"type\":\"work\",\"timeout\":null}]            | timeout is text, a number",
                "[{\"type\":\"work\",\"name\":\"a\"},{\"type\":\"work\",\"name\":\"a\"}] | two tasks"
            })
    void a_graph_that_makes_no_sense_is_refused_with_the_task_that_is_wrong(
            String json, String words) {
        assertThatThrownBy(() -> TaskGraphs.parse(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(words);
    }

    @Test
    void a_graph_that_is_nested_too_deeply_is_refused_with_a_sentence() {
        assertThatThrownBy(() -> TaskGraphs.parse("[".repeat(5_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the graph is not JSON");
    }
}
