package io.sirsi.scheduler.internal;

import io.sirsi.agent.AgentFailure;
import io.sirsi.id.RandomIds;
import io.sirsi.session.SessionId;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;

/** Makes finished tasks: the one with the same number is the same each time. */
final class FinishedTasks {

    static final Instant START = Instant.parse("2026-11-25T10:00:00Z");
    static final SessionId BLUE = new SessionId(new RandomIds(new SplittableRandom(1)).next("s"));
    static final SessionId RED = new SessionId(new RandomIds(new SplittableRandom(2)).next("s"));

    private static final TaskSpec BASE = TaskSpec.of("scan").timeout(Duration.ofMinutes(1));

    private FinishedTasks() {}

    static TaskId id(long number) {
        SplittableRandom random = new SplittableRandom(number);
        return TaskId.of(random.nextLong(), random.nextLong());
    }

    static String key(long number) {
        return "key-" + number;
    }

    /** Ends in the second of its number; every tenth failed, every third is of the red session. */
    static HistoryStore.Finished finished(long number) {
        Instant at = START.plusSeconds(number);
        TaskState.Ended ended =
                number % 10 == 9
                        ? new TaskState.Failed(at, AgentFailure.unreachable("host-" + number))
                        : new TaskState.Succeeded(at, Payload.json("{\"done\":" + number + "}"));
        TaskSpec spec =
                BASE.input(Payload.json("{\"number\":" + number + "}"))
                        .label("lot", "lot-" + number / 100)
                        .idempotencyKey(key(number));
        return finished(number, spec, ended);
    }

    static HistoryStore.Finished finished(long number, TaskSpec spec, TaskState.Ended ended) {
        return new HistoryStore.Finished(
                new TaskSnapshot(
                        id(number), session(number), spec, ended, ended.at().minusSeconds(5)),
                Duration.ofMillis(number),
                1 + (int) (number % 3));
    }

    static SessionId session(long number) {
        return number % 3 == 0 ? RED : BLUE;
    }
}
