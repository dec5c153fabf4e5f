package io.sirsi.scheduler.internal;

import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentType;
import io.sirsi.id.RandomIds;
import io.sirsi.session.SessionId;
import io.sirsi.task.AgentConstraint;
import io.sirsi.task.Delivery;
import io.sirsi.task.Dependency;
import io.sirsi.task.Join;
import io.sirsi.task.ParentFailure;
import io.sirsi.task.Payload;
import io.sirsi.task.Priority;
import io.sirsi.task.Recurrence;
import io.sirsi.task.RetryPolicy;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Draws tasks of every shape; one seed, one sequence. */
final class RandomTasks {

    private static final List<String> ZONES =
            List.of("UTC", "Europe/Berlin", "America/St_Johns", "Z", "+05:45", "UTC+01:00");

    private final SplittableRandom random;
    private final RandomIds ids;

    RandomTasks(long seed) {
        random = new SplittableRandom(seed);
        ids = new RandomIds(random);
    }

    TaskId taskId() {
        return TaskId.of(random.nextLong(), random.nextLong());
    }

    SessionId session() {
        return new SessionId(random.nextInt(8) == 0 ? "s-" + "z".repeat(26) : ids.next("s"));
    }

    TaskSpec base() {
        TaskSpec spec =
                TaskSpec.of("t" + word(random.nextInt(20))).priority(pick(Priority.values()));
        for (int i = random.nextInt(4); i > 0; i--) {
            spec = spec.constraint(constraint());
        }
        if (often()) {
            spec = spec.timeout(positive());
        }
        if (often()) {
            spec = spec.queueTimeout(positive());
        }
        if (often()) {
            spec = spec.retry(retry());
        }
        if (often()) {
            spec = spec.delay(positive());
        }
        if (often()) {
            spec = spec.notBefore(instant());
        }
        if (often()) {
            spec = spec.recurring(recurrence());
        }
        if (often()) {
            spec = spec.heartbeatTimeout(positive());
        }
        for (int i = random.nextInt(5); i > 0; i--) {
            spec = spec.limitKey("aws/" + word(12) + "/eu-west-1");
        }
        return spec.delivery(pick(Delivery.values()))
                .join(pick(Join.values()))
                .onParentFailure(pick(ParentFailure.values()));
    }

    /** Gives a task's own parts to what it shares with others. */
    TaskSpec owning(TaskSpec base) {
        TaskSpec spec = base;
        if (often()) {
            for (int i = random.nextInt(6); i > 0; i--) {
                spec = spec.after(new Dependency(taskId(), pick(Dependency.Condition.values())));
            }
        }
        if (often()) {
            spec = spec.input(payload());
        }
        if (often()) {
            for (int i = random.nextInt(random.nextInt(4) == 0 ? 20 : 4); i > 0; i--) {
                spec = spec.label(text(random.nextInt(10)), text(random.nextInt(10)));
            }
        }
        if (often()) {
            spec = spec.idempotencyKey(word(1 + random.nextInt(64)));
        }
        if (often()) {
            spec = spec.traceParent("00-" + word(32) + "-" + word(16) + "-01");
        }
        return spec;
    }

    TaskState.Ended ended() {
        Instant at = instant();
        List<Supplier<TaskState.Ended>> kinds =
                List.of(
                        () -> new TaskState.Succeeded(at, payload()),
                        () -> new TaskState.Failed(at, failure()),
                        () -> new TaskState.Cancelled(at, text(20)),
                        () -> new TaskState.TimedOut(at, text(20)),
                        () -> new TaskState.Quarantined(at, failure()),
                        () -> new TaskState.Unknown(at, text(20)));
        return kinds.get(random.nextInt(kinds.size())).get();
    }

    AgentFailure failure() {
        return new AgentFailure(
                pick(AgentFailure.Code.values()),
                text(random.nextInt(60)),
                often() ? Optional.of(duration()) : Optional.empty());
    }

    Payload payload() {
        return switch (random.nextInt(5)) {
            case 0 -> Payload.NONE;
            case 1 -> Payload.json("{\"" + text(random.nextInt(200)) + "\":1}");
            case 2 -> new Payload(Payload.FIELDS, text(random.nextInt(100)));
            case 3 -> new Payload(text(random.nextInt(12)), text(random.nextInt(100)));
            default -> new Payload("text/plain", "");
        };
    }

    private AgentConstraint constraint() {
        String name = "a" + word(random.nextInt(20));
        AgentType type = new AgentType(name);
        AgentId agent = new AgentId(name);
        List<AgentConstraint> kinds =
                List.of(
                        new AgentConstraint.RequireCapability(text(9)),
                        new AgentConstraint.ForbidCapability(text(9)),
                        new AgentConstraint.PreferCapability(text(9)),
                        new AgentConstraint.OfType(type),
                        new AgentConstraint.ForbidType(type),
                        new AgentConstraint.PreferType(type),
                        new AgentConstraint.Named(agent),
                        new AgentConstraint.ForbidAgent(agent),
                        new AgentConstraint.PreferAgent(agent),
                        new AgentConstraint.CoLocate(name),
                        new AgentConstraint.Spread(name));
        return kinds.get(random.nextInt(kinds.size()));
    }

    private RetryPolicy retry() {
        Duration first = Duration.ofMillis(random.nextInt(100_000));
        return new RetryPolicy(
                1 + random.nextInt(100),
                first,
                first.plusNanos(random.nextInt(1_000_000_000)),
                pick(RetryPolicy.Backoff.values()));
    }

    private Recurrence recurrence() {
        Recurrence.Misfire misfire = pick(Recurrence.Misfire.values());
        return often()
                ? new Recurrence.Every(
                        Duration.ofMillis(1_000 + random.nextInt(1_000_000)), misfire)
                : new Recurrence.Cron(
                        "*/5 * * * " + random.nextInt(7),
                        ZoneId.of(ZONES.get(random.nextInt(ZONES.size()))),
                        misfire);
    }

    Instant instant() {
        return switch (random.nextInt(10)) {
            case 0 -> Instant.MIN;
            case 1 -> Instant.MAX;
            case 2 -> Instant.EPOCH.minusNanos(1);
            default ->
                    Instant.ofEpochSecond(
                            1_790_000_000L + random.nextInt(10_000_000),
                            random.nextInt(1_000_000_000));
        };
    }

    private Duration duration() {
        return random.nextInt(10) == 0
                ? Duration.ofSeconds(Long.MIN_VALUE)
                : Duration.ofNanos(random.nextLong());
    }

    private Duration positive() {
        return Duration.ofSeconds(random.nextInt(2_000_000), 1 + random.nextInt(999_999_999));
    }

    private boolean often() {
        return random.nextBoolean();
    }

    private <T> T pick(T[] some) {
        return some[random.nextInt(some.length)];
    }

    private String word(int length) {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < length; i++) {
            word.append((char) ('a' + random.nextInt(26)));
        }
        return word.toString();
    }

    /** Mostly ASCII, sometimes Latin, Greek, Chinese, emoji, and halves of surrogate pairs. */
    private String text(int length) {
        int kinds = random.nextInt(3) == 0 ? 7 : 1;
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            switch (random.nextInt(kinds)) {
                case 1 -> text.append((char) (0x80 + random.nextInt(0x80)));
                case 2 -> text.append((char) (0x100 + random.nextInt(0x700)));
                case 3 -> text.append((char) (0x800 + random.nextInt(0xd000)));
                case 4 -> text.appendCodePoint(0x10000 + random.nextInt(0x100000));
                case 5 -> text.append((char) (0xd800 + random.nextInt(0x800)));
                case 6 -> text.append((char) (0xe000 + random.nextInt(0x2000)));
                default -> text.append((char) random.nextInt(0x80));
            }
        }
        return text.toString();
    }
}
