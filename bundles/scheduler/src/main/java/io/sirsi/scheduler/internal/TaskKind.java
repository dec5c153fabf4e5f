package io.sirsi.scheduler.internal;

import io.sirsi.agent.AgentId;
import io.sirsi.task.AgentConstraint;
import io.sirsi.task.Delivery;
import io.sirsi.task.Priority;
import io.sirsi.task.RetryPolicy;
import io.sirsi.task.TaskSpec;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What tasks of one session have in common whose specifications differ in their own parts only: a
 * million alike tasks share one. Guarded by the engine's baton.
 */
final class TaskKind {

    private static final List<Priority> PRIORITIES = List.of(Priority.values());

    final SessionState session;

    /** The shape, without any task's own parts. */
    final TaskSpec spec;

    final Demand demand;
    final int priority;
    final boolean isVolatile;
    final boolean atMostOnce;
    final long timeoutNanos;

    /** 0 for none. */
    final long queueTimeoutNanos;

    /** 0 for none. */
    final long heartbeatNanos;

    final RetryPolicy retry;

    /** On what retries are counted: what it depends on. */
    final String dependency;

    /** The agents of which it must be one. */
    final List<AgentId> named;

    /** Those of this kind that have not ended, if it names agents. */
    final Set<TaskEntry> members = new LinkedHashSet<>();

    /** How many of this kind are not forgotten. */
    int live;

    /** Its number in the log, and where the log says what it means; 0 for nowhere yet. */
    int number;

    long declaredAt;

    TaskKind(SessionState session, TaskSpec spec, Demand demand) {
        this.session = session;
        this.spec = spec;
        this.demand = demand;
        this.priority = PRIORITIES.indexOf(spec.priority());
        this.isVolatile = spec.delivery() == Delivery.VOLATILE;
        this.atMostOnce = spec.delivery() == Delivery.AT_MOST_ONCE;
        this.timeoutNanos = spec.timeout().toNanos();
        this.queueTimeoutNanos = spec.queueTimeout().map(java.time.Duration::toNanos).orElse(0L);
        this.heartbeatNanos = spec.heartbeatTimeout().map(java.time.Duration::toNanos).orElse(0L);
        this.retry = spec.retry();
        this.dependency = RetryBudgets.dependency(spec.limitKeys(), spec.type());
        this.named =
                spec.constraints().stream()
                        .filter(AgentConstraint.Named.class::isInstance)
                        .map(one -> ((AgentConstraint.Named) one).agent())
                        .toList();
    }
}
