package io.sirsi.shell.internal;

import io.sirsi.failure.RefusedException;
import io.sirsi.task.AgentConstraint;
import io.sirsi.task.Delivery;
import io.sirsi.task.Join;
import io.sirsi.task.ParentFailure;
import io.sirsi.task.Payload;
import io.sirsi.task.Priority;
import io.sirsi.task.Recurrence;
import io.sirsi.task.Recurrence.Misfire;
import io.sirsi.task.RetryPolicy;
import io.sirsi.task.TaskSpec;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a person wishes of a task, as typed: by the names of the options of {@code task:submit}
 * without their dashes. Options and the JSON of a graph both end here, so that they cannot differ.
 */
public final class TaskWishes {

    /** The names of all wishes. */
    public static final Set<String> NAMES =
            Set.of(
                    "priority",
                    "after",
                    "after-any",
                    "join",
                    "on-parent-failure",
                    "agent",
                    "prefer-agent",
                    "forbid-agent",
                    "agent-type",
                    "prefer-type",
                    "forbid-type",
                    "require",
                    "prefer",
                    "forbid",
                    "co-locate",
                    "spread",
                    "timeout",
                    "queue-timeout",
                    "heartbeat-timeout",
                    "retry-attempts",
                    "retry-delay",
                    "retry-max-delay",
                    "retry-backoff",
                    "delay",
                    "at",
                    "every",
                    "cron",
                    "zone",
                    "misfire",
                    "at-most-once",
                    "volatile",
                    "limit-key",
                    "key",
                    "label",
                    "input",
                    "input-json",
                    "trace-parent");

    /** For each wish whose value can be wrong by itself: one that is right. */
    private static final Map<String, String> EXAMPLES =
            Map.ofEntries(
                    Map.entry("co-locate", "web"),
                    Map.entry("spread", "web"),
                    Map.entry("require", "compute"),
                    Map.entry("prefer", "compute"),
                    Map.entry("forbid", "compute"),
                    Map.entry("agent-type", "aws"),
                    Map.entry("prefer-type", "aws"),
                    Map.entry("forbid-type", "aws"),
                    Map.entry("timeout", "30m"),
                    Map.entry("queue-timeout", "1h"),
                    Map.entry("heartbeat-timeout", "1m"),
                    Map.entry("retry-attempts", "5"),
                    Map.entry("retry-delay", "1s"),
                    Map.entry("retry-max-delay", "1m"),
                    Map.entry("delay", "30s"),
                    Map.entry("every", "15m"),
                    Map.entry("cron", "'0 3 * * 1-5'"),
                    Map.entry("limit-key", "aws/123456789012/eu-west-1/ec2"),
                    Map.entry("key", "nightly-2026-12-01"),
                    Map.entry("label", "team=blue"),
                    Map.entry("input", "host=example.org"),
                    Map.entry("input-json", "'{\"host\":\"example.org\"}'"),
                    Map.entry(
                            "trace-parent",
                            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));

    private final Map<String, List<String>> values = new LinkedHashMap<>();
    private final String dashes;

    /** Wishes typed as options: what is wrong is named with its dashes. */
    public TaskWishes() {
        this("--");
    }

    private TaskWishes(String dashes) {
        this.dashes = dashes;
    }

    /** {@return wishes from the JSON of a graph, whose names have no dashes} */
    static TaskWishes ofGraph() {
        return new TaskWishes("");
    }

    /** Wishes for one value; null is no wish. */
    public TaskWishes wish(String name, @Nullable String value) {
        return value == null ? this : wish(name, List.of(value));
    }

    /** Wishes for several values; none is no wish. */
    public TaskWishes wish(String name, List<String> some) {
        if (!NAMES.contains(name)) {
            throw new IllegalArgumentException(
                    "unknown wish '"
                            + name
                            + "'; write one of "
                            + String.join(", ", new TreeSet<>(NAMES))
                            + ".");
        }
        if (!some.isEmpty()) {
            values.put(name, List.copyOf(some));
        }
        return this;
    }

    /** Wishes for something that is either so or not. */
    public TaskWishes wish(String name, boolean yes) {
        return wish(name, yes ? List.of("true") : List.of());
    }

    /** {@return what was wished by this name} */
    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /**
     * Makes a specification.
     *
     * @param type of which type
     * @return all that was wished
     * @throws IllegalArgumentException naming the value that makes no sense and what can be written
     */
    public TaskSpec spec(String type) {
        TaskSpec spec = agents(TaskSpec.of(type));
        spec = parents(spec);
        spec = limits(spec);
        spec = times(spec);
        spec = delivered(spec);
        spec = each(spec, "limit-key", TaskSpec::limitKey);
        spec =
                each(
                        spec,
                        "label",
                        (some, text) -> {
                            TaskSpec labelled = some;
                            for (var label : KeyValues.parse(List.of(text)).entrySet()) {
                                labelled = labelled.label(label.getKey(), label.getValue());
                            }
                            return labelled;
                        });
        spec = each(spec, "key", TaskSpec::idempotencyKey);
        spec = each(spec, "trace-parent", TaskSpec::traceParent);
        exclude("input", "input-json");
        spec = each(spec, "input-json", (some, text) -> some.input(Payload.json(text)));
        if (all("input").isEmpty()) {
            return spec;
        }
        TaskSpec bare = spec;
        return named("input", () -> bare.input(Payload.fields(KeyValues.parse(all("input")))));
    }

    private TaskSpec agents(TaskSpec bare) {
        TaskSpec spec = bare;
        spec = bound(spec, "agent", text -> AgentConstraint.named(Ids.agent(text)));
        spec = bound(spec, "prefer-agent", text -> AgentConstraint.preferAgent(Ids.agent(text)));
        spec = bound(spec, "forbid-agent", text -> AgentConstraint.forbidAgent(Ids.agent(text)));
        spec = bound(spec, "agent-type", AgentConstraint::ofType);
        spec = bound(spec, "prefer-type", AgentConstraint::preferType);
        spec = bound(spec, "forbid-type", AgentConstraint::forbidType);
        spec = bound(spec, "require", AgentConstraint::requireCapability);
        spec = bound(spec, "prefer", AgentConstraint::preferCapability);
        spec = bound(spec, "forbid", AgentConstraint::forbidCapability);
        spec = bound(spec, "co-locate", AgentConstraint::coLocate);
        return bound(spec, "spread", AgentConstraint::spread);
    }

    private TaskSpec parents(TaskSpec bare) {
        TaskSpec spec = each(bare, "after", (some, text) -> some.after(Ids.task(text)));
        spec = each(spec, "after-any", (some, text) -> some.afterAnyEnd(Ids.task(text)));
        spec = each(spec, "join", (some, text) -> some.join(join(text)));
        return each(
                spec,
                "on-parent-failure",
                (some, text) ->
                        some.onParentFailure(
                                EnumNames.parse(ParentFailure.class, "answer to a failure", text)));
    }

    private TaskSpec limits(TaskSpec bare) {
        TaskSpec spec =
                each(
                        bare,
                        "priority",
                        (some, text) ->
                                some.priority(EnumNames.parse(Priority.class, "priority", text)));
        spec = each(spec, "timeout", (some, text) -> some.timeout(Durations.parse(text)));
        spec =
                each(
                        spec,
                        "queue-timeout",
                        (some, text) -> some.queueTimeout(Durations.parse(text)));
        spec =
                each(
                        spec,
                        "heartbeat-timeout",
                        (some, text) -> some.heartbeatTimeout(Durations.parse(text)));
        return spec.retry(retry());
    }

    private TaskSpec times(TaskSpec bare) {
        exclude("every", "cron");
        ZoneId zone = parsed("zone", TaskWishes::zone).orElseGet(ZoneId::systemDefault);
        Misfire misfire =
                parsed("misfire", text -> EnumNames.parse(Misfire.class, "misfire policy", text))
                        .orElse(Misfire.FIRE_ONCE);
        needs("zone", "cron", "at");
        needs("misfire", "cron", "every");
        TaskSpec spec = each(bare, "delay", (some, text) -> some.delay(Durations.parse(text)));
        spec = each(spec, "at", (some, text) -> some.notBefore(instant(text, zone)));
        spec =
                each(
                        spec,
                        "every",
                        (some, text) ->
                                some.recurring(
                                        new Recurrence.Every(Durations.parse(text), misfire)));
        return each(
                spec,
                "cron",
                (some, text) -> some.recurring(new Recurrence.Cron(text, zone, misfire)));
    }

    private TaskSpec delivered(TaskSpec spec) {
        exclude("at-most-once", "volatile");
        if (flag("at-most-once")) {
            return spec.delivery(Delivery.AT_MOST_ONCE);
        }
        return flag("volatile") ? spec.delivery(Delivery.VOLATILE) : spec;
    }

    private RetryPolicy retry() {
        RetryPolicy usual = RetryPolicy.DEFAULT;
        Optional<Duration> first = parsed("retry-delay", TaskWishes::pause);
        Optional<Duration> longest = parsed("retry-max-delay", TaskWishes::pause);
        if (first.isPresent() && longest.isPresent() && longest.get().compareTo(first.get()) < 0) {
            throw new IllegalArgumentException(
                    dashes
                            + "retry-delay "
                            + one("retry-delay").orElse("")
                            + " is longer than "
                            + dashes
                            + "retry-max-delay "
                            + one("retry-max-delay").orElse("")
                            + "; write the longer one last, such as "
                            + dashes
                            + "retry-delay 1m "
                            + dashes
                            + "retry-max-delay 10m.");
        }
        Duration delay = first.orElse(usual.firstDelay());
        // Who names only one of the two does not want the other to be in its way.
        Duration most = longest.orElse(longer(delay, usual.maxDelay()));
        return new RetryPolicy(
                parsed("retry-attempts", TaskWishes::attempts).orElse(usual.attempts()),
                first.isEmpty() && most.compareTo(delay) < 0 ? most : delay,
                most,
                parsed(
                                "retry-backoff",
                                text -> EnumNames.parse(RetryPolicy.Backoff.class, "backoff", text))
                        .orElse(usual.backoff()));
    }

    private static Join join(String text) {
        return switch (text.strip()) {
            case "all" -> Join.ALL_OF;
            case "any" -> Join.ANY_OF;
            default ->
                    throw new IllegalArgumentException(
                            "unknown join '" + text + "'; write all or any.");
        };
    }

    /** {@return the moment that the text names, in a zone where it does not say which} */
    static Instant instant(String text, ZoneId zone) {
        try {
            return OffsetDateTime.parse(text.strip()).toInstant();
        } catch (DateTimeParseException withoutOffset) {
            try {
                return LocalDateTime.parse(text.strip()).atZone(zone).toInstant();
            } catch (DateTimeParseException notIso) {
                throw new IllegalArgumentException(
                        "not a time: '"
                                + text
                                + "'; write one like 2026-12-01T04:00:00Z, or 2026-12-01T04:00"
                                + " with --zone.",
                        notIso);
            }
        }
    }

    private static ZoneId zone(String text) {
        try {
            return ZoneId.of(text.strip());
        } catch (DateTimeException unknown) {
            throw new IllegalArgumentException(
                    "unknown time zone '" + text + "'; write one like Europe/Berlin or UTC.",
                    unknown);
        }
    }

    private static int attempts(String text) {
        try {
            int attempts = Integer.parseInt(text.strip());
            if (attempts >= 1 && attempts <= 100) {
                return attempts;
            }
        } catch (NumberFormatException notOne) {
            // What is no number is as wrong as one that is too large.
        }
        throw new IllegalArgumentException("a whole number from 1 to 100, not '" + text + "'");
    }

    private static Duration pause(String text) {
        Duration pause = Durations.parse(text);
        if (pause.isNegative() || pause.compareTo(Duration.ofDays(31)) > 0) {
            throw new IllegalArgumentException(
                    "a wait is not negative and at most 31 days, not '" + text + "'");
        }
        return pause;
    }

    private <T> Optional<T> parsed(String name, Function<String, T> parse) {
        return one(name).map(text -> named(name, () -> parse.apply(text)));
    }

    /** What is wrong is told with the name of the wish, and with a right one. */
    private <T> T named(String name, Supplier<T> make) {
        try {
            return make.get();
        } catch (IllegalArgumentException | RefusedException wrong) {
            String reason = String.valueOf(wrong.getMessage());
            String example = EXAMPLES.get(name);
            throw new IllegalArgumentException(
                    dashes
                            + name
                            + ": "
                            + reason
                            + (example == null || reason.contains("; ")
                                    ? ""
                                    : "; write one like " + example + "."),
                    wrong);
        }
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private TaskSpec bound(TaskSpec spec, String name, Function<String, AgentConstraint> make) {
        return each(spec, name, (some, text) -> some.constraint(make.apply(text)));
    }

    private TaskSpec each(
            TaskSpec spec, String name, BiFunction<TaskSpec, String, TaskSpec> change) {
        TaskSpec changed = spec;
        for (String text : all(name)) {
            TaskSpec before = changed;
            changed = named(name, () -> change.apply(before, text));
        }
        return changed;
    }

    private Optional<String> one(String name) {
        return all(name).stream().findFirst();
    }

    private boolean flag(String name) {
        return one(name).map(Boolean::parseBoolean).orElse(false);
    }

    private void exclude(String one, String other) {
        if (values.containsKey(one) && values.containsKey(other)) {
            throw new IllegalArgumentException(
                    dashes
                            + one
                            + " and "
                            + dashes
                            + other
                            + " exclude each other; write one of them.");
        }
    }

    private void needs(String name, String one, String other) {
        if (values.containsKey(name) && !values.containsKey(one) && !values.containsKey(other)) {
            throw new IllegalArgumentException(
                    dashes
                            + name
                            + " '"
                            + all(name).get(0)
                            + "' means nothing without "
                            + dashes
                            + one
                            + " or "
                            + dashes
                            + other
                            + "; write one of them, too.");
        }
    }
}
