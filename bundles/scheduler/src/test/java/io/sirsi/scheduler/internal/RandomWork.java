package io.sirsi.scheduler.internal;

import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentId;
import io.sirsi.task.AgentConstraint;
import io.sirsi.task.Dependency;
import io.sirsi.task.Priority;
import io.sirsi.task.RetryPolicy;
import io.sirsi.task.TaskGraph;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/** What people ask for on a random day, and how it ends. */
final class RandomWork {

    final Random random;

    /** The tasks and agents that have come up so far, for others to name. */
    final List<TaskId> tasks = new ArrayList<>();

    final List<AgentId> agents = new ArrayList<>();

    RandomWork(Random random) {
        this.random = random;
    }

    <T> T any(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }

    void note(TaskId task) {
        if (!tasks.contains(task)) {
            tasks.add(task);
        }
    }

    TaskSpec spec() {
        TaskSpec spec =
                TaskSpec.of("work")
                        .priority(any(List.of(Priority.values())))
                        .timeout(Duration.ofSeconds(1 + random.nextInt(30)))
                        .retry(
                                new RetryPolicy(
                                        1 + random.nextInt(4),
                                        Duration.ofMillis(random.nextInt(5_000)),
                                        Duration.ofSeconds(10)));
        if (random.nextInt(5) == 0) {
            spec = spec.queueTimeout(Duration.ofSeconds(1 + random.nextInt(20)));
        }
        if (random.nextInt(6) == 0) {
            spec = spec.idempotencyKey("k" + random.nextInt(20));
        }
        if (random.nextInt(4) == 0 && !agents.isEmpty()) {
            spec = spec.constraint(AgentConstraint.named(any(agents)));
        }
        if (random.nextInt(4) == 0) {
            spec = spec.constraint(AgentConstraint.preferCapability("fast"));
        }
        return spec;
    }

    /** {@return the same after a few tasks that there are already} */
    TaskSpec afterSome(TaskSpec spec) {
        TaskSpec after = spec;
        for (int i = random.nextInt(4); i > 0 && !tasks.isEmpty(); i--) {
            after =
                    after.after(
                            new Dependency(
                                    any(tasks), any(List.of(Dependency.Condition.values()))));
        }
        return after;
    }

    /** Half of them name children before their parents. */
    TaskGraph graph(Supplier<TaskSpec> specs) {
        TaskGraph graph = new TaskGraph();
        int size = 1 + random.nextInt(8);
        boolean childrenFirst = random.nextBoolean();
        for (int i = 0; i < size; i++) {
            Map<String, Dependency.Condition> after = new HashMap<>();
            int from = childrenFirst ? i + 1 : 0;
            int to = childrenFirst ? size : i;
            for (int j = from; j < to; j++) {
                if (random.nextInt(3) == 0) {
                    after.put("n" + j, any(List.of(Dependency.Condition.values())));
                }
            }
            graph.add(new TaskGraph.Node("n" + i, specs.get(), after));
        }
        return graph;
    }

    /** {@return a failure; the last of the three kinds is not tried again} */
    AgentFailure failure(int kind) {
        return switch (kind) {
            case 0 -> AgentFailure.unreachable("x");
            case 1 ->
                    AgentFailure.throttled(
                            "x", Optional.of(Duration.ofMillis(random.nextInt(9_000))));
            default -> AgentFailure.of(AgentFailure.Code.FORBIDDEN, "x");
        };
    }
}
