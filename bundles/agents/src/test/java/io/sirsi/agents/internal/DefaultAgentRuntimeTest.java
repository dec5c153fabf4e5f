package io.sirsi.agents.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.agent.AgentSpawned;
import io.sirsi.agent.AgentSpec;
import io.sirsi.agent.AgentState;
import io.sirsi.agent.AgentStateChanged;
import io.sirsi.agent.AgentTypeAppeared;
import io.sirsi.agent.AgentTypeDisappeared;
import io.sirsi.agent.Health;
import io.sirsi.agent.TaskExecution;
import io.sirsi.agents.internal.Assignments.Ear;
import io.sirsi.failure.RefusedException;
import io.sirsi.failure.RefusedException.Reason;
import io.sirsi.id.RandomIds;
import io.sirsi.journal.internal.LocalJournals;
import io.sirsi.journal.internal.SimulatedDisk;
import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.spi.agent.IdempotencyKey;
import io.sirsi.task.TaskOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DefaultAgentRuntimeTest {

    /** So long that only a broken runtime reaches it. */
    private static final Duration LONG = Duration.ofSeconds(30);

    private static final Duration DRAIN = Duration.ofMillis(60);
    private static final Duration GRACE = Duration.ofMillis(80);

    private final RecordingBus bus = new RecordingBus();
    private final ManualClock clock = new ManualClock(Assignments.NOW);
    private final Assignments assignments = new Assignments();
    private final ScriptedProvider aws = new ScriptedProvider("aws", 2);
    private final Map<TaskExecution, Ear> ears = new HashMap<>();
    private DefaultAgentRuntime runtime;

    @BeforeEach
    void start() {
        runtime = runtime(new AgentSettings(LONG, LONG, LONG, LONG, 100));
        runtime.bindProvider(aws, aws.properties());
    }

    @AfterEach
    void stop() {
        runtime.stop();
    }

    private DefaultAgentRuntime runtime(AgentSettings settings) {
        return new DefaultAgentRuntime(
                bus,
                LocalJournals.on(new SimulatedDisk(1)),
                settings,
                new DefaultAgentRuntime.Means(clock, clock, new RandomIds(new Random(1))));
    }

    /** Ends soon what does not end by itself. */
    private void beHasty() {
        runtime.stop();
        runtime = runtime(new AgentSettings(DRAIN, GRACE, LONG, LONG, 100));
        runtime.bindProvider(aws, aws.properties());
    }

    // ---- types ----

    @Test
    void a_provider_makes_its_type_exist_and_takes_it_along() {
        ScriptedProvider host = new ScriptedProvider("host", 1);
        runtime.bindProvider(host, host.properties());
        assertThat(runtime.types()).containsExactly(aws.descriptor(), host.descriptor());
        runtime.unbindProvider(aws);
        assertThat(runtime.types()).containsExactly(host.descriptor());
        runtime.bindProvider(aws, aws.properties());
        assertThat(runtime.types()).contains(aws.descriptor());
        assertThat(bus.of(AgentTypeAppeared.class))
                .extracting(event -> event.type().value())
                .containsExactly("aws", "host", "aws");
        assertThat(bus.of(AgentTypeDisappeared.class))
                .extracting(event -> event.type().value())
                .containsExactly("aws");
    }

    @Test
    void a_second_provider_of_a_type_waits_until_the_first_is_gone() {
        ScriptedProvider second = new ScriptedProvider("aws", 7);
        runtime.bindProvider(second, second.properties());
        assertThat(runtime.types()).containsExactly(aws.descriptor());
        runtime.unbindProvider(aws);
        assertThat(runtime.types()).containsExactly(second.descriptor());
        runtime.unbindProvider(second);
        assertThat(runtime.types()).isEmpty();
    }

    @Test
    void a_provider_whose_property_and_description_differ_is_ignored() {
        ScriptedProvider gcp = new ScriptedProvider("gcp", 1);
        runtime.bindProvider(gcp, aws.properties());
        runtime.bindProvider(gcp, Map.of());
        assertThat(runtime.types()).containsExactly(aws.descriptor());
        runtime.unbindProvider(gcp);
        assertThat(runtime.types()).containsExactly(aws.descriptor());
    }

    // ---- spawn ----

    @Test
    void a_spawned_agent_is_ready_and_told() {
        AgentSnapshot agent = runtime.spawn(Assignments.SESSION, AgentSpec.of("aws"));
        assertThat(agent.state()).isEqualTo(AgentState.READY);
        assertThat(agent.id().value()).startsWith("aws-");
        assertThat(runtime.list()).containsExactly(agent);
        assertThat(runtime.find(agent.id())).contains(agent);
        assertThat(bus.of(AgentSpawned.class))
                .containsExactly(new AgentSpawned(agent, Assignments.NOW));
    }

    @Test
    void an_unknown_type_or_parent_is_not_found() {
        refused(Reason.NOT_FOUND, "'gcp'", () -> spawn(AgentSpec.of("gcp")));
        refused(
                Reason.NOT_FOUND,
                "'aws-7'",
                () -> spawn(AgentSpec.of("aws").under(new AgentId("aws-7"))));
    }

    @Test
    void an_agent_has_no_more_than_its_type_offers() {
        refused(
                Reason.INVALID,
                "the capability 'network'",
                () -> spawn(AgentSpec.of("aws").capabilities(c -> c.domainExpertise("network"))));
        refused(
                Reason.INVALID,
                "the permission 's3:read'",
                () ->
                        spawn(
                                AgentSpec.of("aws")
                                        .capabilities(c -> c.requiredPermissions("s3:read"))));
    }

    @Test
    void a_child_has_no_more_than_its_parent() {
        AgentId parent =
                spawn(
                        AgentSpec.of("aws")
                                .capabilities(
                                        c ->
                                                c.canSpawnSubAgents()
                                                        .domainExpertise("compute")
                                                        .requiredPermissions("ec2:describe")));
        refused(
                Reason.DENIED,
                "the capability 'storage'",
                () ->
                        spawn(
                                AgentSpec.of("aws")
                                        .under(parent)
                                        .capabilities(c -> c.domainExpertise("storage"))));
        refused(
                Reason.DENIED,
                "the permission 'ec2:run'",
                () ->
                        spawn(
                                AgentSpec.of("aws")
                                        .under(parent)
                                        .capabilities(c -> c.requiredPermissions("ec2:run"))));
        AgentId child =
                spawn(
                        AgentSpec.of("aws")
                                .under(parent)
                                .capabilities(c -> c.requiredPermissions("ec2:describe")));
        assertThat(runtime.list()).extracting(AgentSnapshot::id).containsExactly(parent, child);
    }

    @Test
    void a_parent_may_spawn_and_lives_in_the_same_session() {
        AgentId childless = spawn(AgentSpec.of("aws"));
        refused(
                Reason.CONFLICT,
                "no right to spawn",
                () -> spawn(AgentSpec.of("aws").under(childless)));
        AgentId parent = spawn(AgentSpec.of("aws").capabilities(c -> c.canSpawnSubAgents()));
        refused(
                Reason.CONFLICT,
                "another session",
                () -> runtime.spawn(Assignments.OTHER_SESSION, AgentSpec.of("aws").under(parent)));
        assertThat(runtime.list()).hasSize(2);
    }

    @Test
    void no_more_agents_than_allowed_live_here() {
        DefaultAgentRuntime small = runtime(new AgentSettings(LONG, LONG, LONG, LONG, 1));
        small.bindProvider(aws, aws.properties());
        small.spawn(Assignments.SESSION, AgentSpec.of("aws"));
        refused(
                Reason.LIMIT,
                "at most 1 agents",
                () -> small.spawn(Assignments.SESSION, AgentSpec.of("aws")));
        small.stop();
        refused(
                Reason.UNAVAILABLE,
                "being stopped",
                () -> small.spawn(Assignments.SESSION, AgentSpec.of("aws")));
    }

    @Test
    void a_provider_that_fails_is_a_refusal_and_leaves_nothing_behind() {
        aws.making =
                context -> {
                    throw new AgentFailureException(
                            AgentFailure.of(AgentFailure.Code.INVALID, "no account"));
                };
        refused(Reason.UNAVAILABLE, "no account", () -> spawn(AgentSpec.of("aws")));
        aws.making =
                context -> {
                    throw new IllegalArgumentException("secret detail");
                };
        refused(Reason.UNAVAILABLE, "has a bug", () -> spawn(AgentSpec.of("aws")));
        aws.making = context -> {};
        aws.makesNothing = true;
        refused(Reason.UNAVAILABLE, "has a bug", () -> spawn(AgentSpec.of("aws")));
        assertThat(runtime.list()).isEmpty();
        assertThat(bus.of(AgentStateChanged.class))
                .extracting(event -> event.agent().state())
                .containsExactly(
                        AgentState.FAILED, AgentState.TERMINATED,
                        AgentState.FAILED, AgentState.TERMINATED,
                        AgentState.FAILED, AgentState.TERMINATED);
    }

    @Test
    void an_agent_that_comes_too_late_is_refused_and_stopped() throws Exception {
        runtime = runtime(new AgentSettings(LONG, LONG, GRACE, LONG, 100));
        runtime.bindProvider(aws, aws.properties());
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch late = new CountDownLatch(1);
        aws.making =
                context -> {
                    begun.countDown();
                    awaitWithoutInterrupt(late);
                };
        do { // on a busy machine the time may be up before the provider is asked at all
            refused(Reason.UNAVAILABLE, "spawnTimeoutMs", () -> spawn(AgentSpec.of("aws")));
        } while (begun.getCount() > 0);
        assertThat(runtime.list()).isEmpty();
        late.countDown();
        eventually(() -> aws.stopped.size() == 1);
    }

    @Test
    void an_agent_spawns_below_itself_whatever_parent_it_names() throws Exception {
        AtomicReference<AgentId> child = new AtomicReference<>();
        aws.script =
                (agent, task) -> {
                    child.set(agent.spawn(AgentSpec.of("aws").under(new AgentId("other"))));
                    return ScriptedProvider.done();
                };
        AgentId parent = spawn(AgentSpec.of("aws").capabilities(c -> c.canSpawnSubAgents()));
        assertThat(outcome(execute(parent))).isInstanceOf(TaskOutcome.Succeeded.class);
        assertThat(runtime.find(child.get()).orElseThrow().spec().parent()).contains(parent);
    }

    // ---- tasks ----

    @Test
    void an_agent_runs_as_many_tasks_as_its_type_says() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        aws.script =
                (agent, task) -> {
                    go.await();
                    task.progress(1, 2, "half");
                    return ScriptedProvider.done();
                };
        AgentId agent = spawn(AgentSpec.of("aws"));
        TaskExecution first = execute(agent);
        TaskExecution second = execute(agent);
        assertThat(runtime.tryExecute(agent, assignments.next())).isEmpty();
        assertThat(state(agent)).isEqualTo(AgentState.BUSY);
        go.countDown();
        outcome(first);
        outcome(second);
        eventually(() -> state(agent) == AgentState.READY);
        assertThat(outcome(execute(agent))).isInstanceOf(TaskOutcome.Succeeded.class);
        assertThat(ears.get(first).said).containsExactly("1/2 half");
    }

    @Test
    void an_agent_is_told_to_be_busy_and_ready_again_when_its_thread_has_nothing_more_to_do()
            throws Exception {
        AgentId agent = spawn(AgentSpec.of("aws"));
        for (int i = 0; i < 2; i++) {
            CountDownLatch go = new CountDownLatch(1);
            aws.script =
                    (me, task) -> {
                        go.await();
                        return ScriptedProvider.done();
                    };
            execute(agent);
            assertThat(state(agent)).isEqualTo(AgentState.BUSY);
            go.countDown();
            eventually(() -> state(agent) == AgentState.READY);
        }
        assertThat(bus.of(AgentStateChanged.class))
                .extracting(event -> event.agent().state())
                .containsExactly(
                        AgentState.BUSY, AgentState.READY, AgentState.BUSY, AgentState.READY);
    }

    @Test
    void the_place_is_free_before_the_outcome_is_known() throws Exception {
        AgentId agent = spawn(AgentSpec.of("aws"));
        for (int i = 0; i < 200; i++) {
            TaskExecution one = execute(agent);
            TaskExecution two = execute(agent);
            outcome(one);
            outcome(two);
        }
    }

    @Test
    void whatever_an_agent_throws_becomes_an_outcome() throws Exception {
        AgentId agent = spawn(AgentSpec.of("aws"));
        aws.script =
                (me, task) -> {
                    throw new AgentFailureException(AgentFailure.unreachable("ec2"));
                };
        assertThat(failure(execute(agent))).isEqualTo(AgentFailure.unreachable("ec2"));
        aws.script =
                (me, task) -> {
                    throw new IllegalStateException("secret detail");
                };
        AgentFailure bug = failure(execute(agent));
        assertThat(bug.code()).isEqualTo(AgentFailure.Code.INTERNAL);
        assertThat(bug.sentence())
                .contains("IllegalStateException")
                .doesNotContain("secret detail");
        aws.script =
                (me, task) -> {
                    throw new StackOverflowError();
                };
        assertThat(failure(execute(agent)).code()).isEqualTo(AgentFailure.Code.INTERNAL);
        aws.script = (me, task) -> null;
        assertThat(failure(execute(agent)).sentence()).contains("no outcome");
        aws.script =
                (me, task) -> {
                    throw new InterruptedException();
                };
        assertThat(failure(execute(agent)).code()).isEqualTo(AgentFailure.Code.INTERNAL);
    }

    @Test
    void cancel_is_seen_by_the_agent_and_interrupt_by_its_thread() throws Exception {
        AgentId agent = spawn(AgentSpec.of("aws"));
        aws.script =
                (me, task) -> {
                    while (!task.cancelled()) {
                        LockSupport.parkNanos(100_000);
                    }
                    return new TaskOutcome.Cancelled(task.elapsed(), "as asked");
                };
        TaskExecution polite = execute(agent);
        polite.cancel();
        assertThat(outcome(polite)).isEqualTo(new TaskOutcome.Cancelled(Duration.ZERO, "as asked"));
        aws.script =
                (me, task) -> {
                    new CountDownLatch(1).await();
                    return ScriptedProvider.done();
                };
        TaskExecution deaf = execute(agent);
        deaf.cancel();
        deaf.interrupt();
        assertThat(outcome(deaf)).isInstanceOf(TaskOutcome.Cancelled.class);
    }

    @Test
    void an_abandoned_task_keeps_its_place_until_its_thread_ends() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        ScriptedProvider single = new ScriptedProvider("single", 1);
        CountDownLatch begun = new CountDownLatch(1);
        single.script =
                (me, task) -> {
                    begun.countDown();
                    awaitWithoutInterrupt(end);
                    return ScriptedProvider.done();
                };
        runtime.bindProvider(single, single.properties());
        AgentId agent = spawn(AgentSpec.of("single"));
        TaskExecution stuck = execute(agent);
        begun.await();
        TaskOutcome given = new TaskOutcome.Cancelled(Duration.ofSeconds(1), "given up");
        stuck.abandon(given);
        assertThat(outcome(stuck)).isSameAs(given);
        assertThat(runtime.tryExecute(agent, assignments.next())).isEmpty();
        end.countDown();
        eventually(() -> runtime.tryExecute(agent, assignments.next()).isPresent());
        assertThat(outcome(stuck)).isSameAs(given);
    }

    @Test
    void the_remaining_time_ignores_jumps_of_the_wall_clock() throws Exception {
        AgentId agent = spawn(AgentSpec.of("aws"));
        List<Duration> seen = new ArrayList<>();
        List<Boolean> cancelled = new ArrayList<>();
        aws.script =
                (me, task) -> {
                    seen.add(task.remaining());
                    clock.jumpWall(Duration.ofDays(400));
                    seen.add(task.remaining());
                    clock.pass(Duration.ofSeconds(4));
                    seen.add(task.remaining());
                    cancelled.add(task.cancelled());
                    clock.pass(Duration.ofSeconds(7));
                    seen.add(task.remaining());
                    cancelled.add(task.cancelled());
                    seen.add(task.elapsed());
                    return ScriptedProvider.done();
                };
        outcome(execute(agent, assignments.next(Duration.ofSeconds(10))));
        assertThat(seen)
                .containsExactly(
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(6),
                        Duration.ZERO,
                        Duration.ofSeconds(11));
        assertThat(cancelled).containsExactly(false, true);
    }

    @Test
    void an_agent_says_what_it_has_to_say_and_is_told_who_it_is() throws Exception {
        AgentId agent = spawn(AgentSpec.of("aws"));
        List<Object> told = new ArrayList<>();
        aws.script =
                (me, task) -> {
                    task.heartbeat();
                    task.checkpoint("page 8");
                    task.log("listing buckets");
                    told.add(task.fence());
                    told.add(task.resumeToken().orElseThrow());
                    told.add(task.idempotencyKey("create"));
                    assertThatThrownBy(() -> task.checkpoint(""))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining("heartbeat()");
                    return ScriptedProvider.done();
                };
        TaskExecution task = execute(agent);
        assertThat(outcome(task)).isInstanceOf(TaskOutcome.Succeeded.class);
        assertThat(ears.get(task).said)
                .containsExactly("alive at ''", "alive at 'page 8'", "listing buckets");
        assertThat(told)
                .containsExactly(
                        1L,
                        "page 7",
                        IdempotencyKey.of(Assignments.SESSION, task.task(), "create"));
    }

    // ---- a scheduler that goes and one that comes ----

    @Test
    void whoever_adopts_a_running_task_hears_its_end_and_the_one_before_does_not()
            throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        aws.script =
                (me, task) -> {
                    go.await();
                    task.log("still here");
                    return ScriptedProvider.done();
                };
        Assignments.Assignment before = assignments.next();
        TaskExecution first = execute(spawn(AgentSpec.of("aws")), before);
        assertThat(runtime.executions()).containsExactly(first);
        TaskExecution found = runtime.executions().get(0);
        assertThat(found.task()).isEqualTo(before.task());
        assertThat(found.attempt()).isEqualTo(1);
        assertThat(found.fence()).isEqualTo(before.fence());
        assertThat(found.outcome()).isEmpty();
        Ear next = new Ear();
        found.adopt(next);
        go.countDown();
        assertThat(next.outcome()).isInstanceOf(TaskOutcome.Succeeded.class);
        assertThat(next.said).containsExactly("still here");
        assertThat(before.monitor().ends).isEmpty();
        assertThat(before.monitor().said).isEmpty();
        assertThat(found.outcome()).contains(next.outcome());
    }

    @Test
    void whoever_adopts_a_task_that_has_ended_is_told_at_once_and_once() throws Exception {
        TaskExecution ended = execute(spawn(AgentSpec.of("aws")));
        TaskOutcome outcome = outcome(ended);
        Ear next = new Ear();
        ended.adopt(next);
        assertThat(next.ends).containsExactly(outcome);
        ended.adopt(next);
        assertThat(next.ends).containsExactly(outcome);
        ended.abandon(new TaskOutcome.Cancelled(Duration.ZERO, "too late"));
        assertThat(next.ends).containsExactly(outcome);
        assertThat(ended.outcome()).contains(outcome);
    }

    @Test
    void an_end_during_an_adoption_is_told_to_the_adopter_once() throws Exception {
        AgentId agent = spawn(AgentSpec.of("aws"));
        AtomicReference<CountDownLatch> gate = new AtomicReference<>();
        aws.script =
                (me, task) -> {
                    gate.get().await();
                    return ScriptedProvider.done();
                };
        int toBoth = 0;
        for (int i = 0; i < 500; i++) {
            gate.set(new CountDownLatch(1));
            TaskExecution task = execute(agent);
            Ear next = new Ear();
            gate.get().countDown();
            for (int spin = 0; spin < i % 50; spin++) {
                Thread.onSpinWait();
            }
            task.adopt(next);
            next.outcome();
            eventually(() -> runtime.find(agent).orElseThrow().state() == AgentState.READY);
            assertThat(next.ends).hasSize(1);
            toBoth += ears.get(task).ends.size();
            task.release();
        }
        assertThat(toBoth).isBetween(0, 500);
        assertThat(runtime.executions()).isEmpty();
    }

    @Test
    void a_task_is_kept_until_its_outcome_is_in_the_record() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AgentId agent = spawn(AgentSpec.of("aws"));
        TaskExecution ended = execute(agent);
        outcome(ended);
        aws.script =
                (me, task) -> {
                    go.await();
                    return ScriptedProvider.done();
                };
        TaskExecution running = execute(agent);
        assertThat(runtime.executions()).containsExactlyInAnyOrder(ended, running);
        ended.release();
        ended.release();
        assertThat(runtime.executions()).containsExactly(running);
        running.release();
        assertThat(runtime.executions()).isEmpty();
        go.countDown();
        assertThat(outcome(running)).isInstanceOf(TaskOutcome.Succeeded.class);
        assertThat(runtime.executions()).isEmpty();
    }

    @Test
    void a_task_whose_agent_ended_meanwhile_is_kept_for_the_next_scheduler() throws Exception {
        beHasty();
        aws.script =
                (me, task) -> {
                    new CountDownLatch(1).await();
                    return ScriptedProvider.done();
                };
        AgentId agent = spawn(AgentSpec.of("aws"));
        TaskExecution running = execute(agent);
        runtime.terminate(agent, "test");
        assertThat(runtime.executions()).containsExactly(running);
        Ear next = new Ear();
        running.adopt(next);
        assertThat(((TaskOutcome.Failed) next.outcome()).failure().code())
                .isEqualTo(AgentFailure.Code.GONE);
    }

    @Test
    void a_scheduler_that_breaks_when_it_is_told_does_no_harm_to_the_agent() throws Exception {
        AgentId agent = spawn(AgentSpec.of("aws"));
        Assignments.Assignment broken = assignments.next();
        broken.monitor().onEnd =
                () -> {
                    throw new IllegalStateException("a bug of the scheduler");
                };
        TaskExecution task = execute(agent, broken);
        eventually(() -> task.outcome().isPresent());
        assertThat(outcome(execute(agent))).isInstanceOf(TaskOutcome.Succeeded.class);
        assertThat(runtime.executions()).contains(task);
    }

    // ---- the end ----

    @Test
    void a_tree_ends_from_its_leaves_and_each_object_is_stopped_once() {
        AgentId root = spawn(AgentSpec.of("aws").capabilities(c -> c.canSpawnSubAgents()));
        AgentId middle =
                spawn(AgentSpec.of("aws").under(root).capabilities(c -> c.canSpawnSubAgents()));
        AgentId leaf = spawn(AgentSpec.of("aws").under(middle));
        AgentId other = spawn(AgentSpec.of("aws"));
        assertThat(runtime.terminate(middle, "test")).isEqualTo(2);
        assertThat(runtime.terminate(root, "test")).isEqualTo(1);
        assertThat(runtime.terminate(root, "test")).isZero();
        assertThat(runtime.terminate(new AgentId("nobody"), "test")).isZero();
        assertThat(aws.stopped).containsExactly(leaf.value(), middle.value(), root.value());
        assertThat(bus.of(AgentStateChanged.class))
                .filteredOn(event -> event.agent().state() == AgentState.TERMINATED)
                .extracting(event -> event.agent().id())
                .containsExactly(leaf, middle, root);
        assertThat(runtime.list()).extracting(AgentSnapshot::id).containsExactly(other);
        assertThat(state(root)).isEqualTo(AgentState.TERMINATED);
        assertThat(runtime.tryExecute(root, assignments.next())).isEmpty();
        assertThat(runtime.health(root).status()).isEqualTo(Health.Status.CRITICAL);
    }

    @Test
    void all_agents_of_a_session_end_and_no_others() {
        spawn(AgentSpec.of("aws"));
        spawn(AgentSpec.of("aws"));
        AgentId other = runtime.spawn(Assignments.OTHER_SESSION, AgentSpec.of("aws")).id();
        assertThat(runtime.terminateAll(Assignments.SESSION, "test")).isEqualTo(2);
        assertThat(runtime.list()).extracting(AgentSnapshot::id).containsExactly(other);
    }

    @Test
    void what_runs_may_finish_while_its_agent_drains() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        AgentId agent = spawn(AgentSpec.of("aws"));
        aws.script =
                (me, task) -> {
                    started.countDown();
                    while (state(agent) != AgentState.DRAINING) {
                        LockSupport.parkNanos(100_000);
                    }
                    assertThat(task.cancelled()).isFalse();
                    return ScriptedProvider.done();
                };
        TaskExecution running = execute(agent);
        started.await();
        runtime.terminate(agent, "test");
        assertThat(outcome(running)).isInstanceOf(TaskOutcome.Succeeded.class);
    }

    @Test
    void what_does_not_finish_is_cancelled_then_interrupted_then_abandoned_within_the_limits()
            throws Exception {
        beHasty();
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch started = new CountDownLatch(3);
        ScriptedProvider three = new ScriptedProvider("three", 3);
        three.script =
                (me, task) -> {
                    started.countDown();
                    switch ((int) task.fence()) {
                        case 1 -> {
                            while (!task.cancelled()) {
                                LockSupport.parkNanos(100_000);
                            }
                        }
                        case 2 -> new CountDownLatch(1).await();
                        default -> awaitWithoutInterrupt(end);
                    }
                    return new TaskOutcome.Cancelled(task.elapsed(), "stopped");
                };
        runtime.bindProvider(three, three.properties());
        AgentId agent = spawn(AgentSpec.of("three"));
        List<TaskExecution> running = List.of(execute(agent), execute(agent), execute(agent));
        started.await();
        long begin = System.nanoTime();
        runtime.unbindProvider(three);
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        for (TaskExecution task : running) {
            AgentFailure failure = failure(task);
            assertThat(failure.code()).isEqualTo(AgentFailure.Code.GONE);
            assertThat(failure.sentence()).contains("'three' went away");
        }
        assertThat(state(agent)).isEqualTo(AgentState.INITIALIZING);
        assertThat(took).isGreaterThanOrEqualTo(DRAIN.plus(GRACE).plus(GRACE));
        assertThat(took).isLessThan(DRAIN.plus(GRACE.multipliedBy(3)).plusSeconds(20));
        end.countDown();
    }

    @Test
    void a_task_that_was_called_off_before_its_agent_ends_stays_called_off() throws Exception {
        beHasty();
        aws.script =
                (me, task) -> {
                    new CountDownLatch(1).await();
                    return ScriptedProvider.done();
                };
        AgentId agent = spawn(AgentSpec.of("aws"));
        TaskExecution running = execute(agent);
        running.cancel();
        runtime.terminate(agent, "test");
        assertThat(outcome(running)).isInstanceOf(TaskOutcome.Cancelled.class);
    }

    @Test
    void an_agent_that_does_not_stop_holds_nobody_up() throws Exception {
        beHasty();
        CountDownLatch end = new CountDownLatch(1);
        aws.stopping = () -> awaitWithoutInterrupt(end);
        AgentId agent = spawn(AgentSpec.of("aws"));
        runtime.terminate(agent, "test");
        assertThat(state(agent)).isEqualTo(AgentState.TERMINATED);
        end.countDown();
    }

    @Test
    void an_agent_whose_type_goes_while_it_is_made_is_refused() throws Exception {
        CountDownLatch making = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        aws.making =
                context -> {
                    making.countDown();
                    awaitWithoutInterrupt(go);
                };
        AtomicReference<Throwable> refusal = new AtomicReference<>();
        Thread spawning =
                new Thread(
                        () -> {
                            try {
                                spawn(AgentSpec.of("aws"));
                            } catch (RefusedException expected) {
                                refusal.set(expected);
                            }
                        });
        spawning.start();
        making.await();
        runtime.unbindProvider(aws);
        go.countDown();
        spawning.join(10_000);
        assertThat(refusal.get()).isInstanceOf(RefusedException.class);
        assertThat(runtime.list()).isEmpty();
    }

    @Test
    void ended_agents_are_remembered_but_not_for_ever() {
        AgentId first = spawn(AgentSpec.of("aws"));
        runtime.terminate(first, "test");
        for (int i = 0; i < AgentSettings.REMEMBERED - 1; i++) {
            runtime.terminate(spawn(AgentSpec.of("aws")), "test");
        }
        assertThat(runtime.find(first)).isPresent();
        runtime.terminate(spawn(AgentSpec.of("aws")), "test");
        assertThat(runtime.find(first)).isEmpty();
    }

    @Test
    void no_thread_outlives_the_runtime() throws Exception {
        AgentId agent = spawn(AgentSpec.of("aws"));
        outcome(execute(agent));
        runtime.stop();
        eventually(
                () ->
                        Thread.getAllStackTraces().keySet().stream()
                                .noneMatch(t -> t.getName().startsWith("sirsi-agent-aws-")));
        assertThat(runtime.list()).isEmpty();
        assertThat(runtime.types()).isEmpty();
    }

    // ---- health, loaders ----

    @Test
    void an_agent_says_how_it_is_or_counts_as_critical() throws Exception {
        AgentId agent = spawn(AgentSpec.of("aws"));
        assertThat(runtime.health(agent)).isEqualTo(Health.ok());
        assertThat(runtime.health(new AgentId("nobody")).sentence()).contains("'nobody'");
        aws.health = null;
        assertThat(runtime.health(agent).status()).isEqualTo(Health.Status.CRITICAL);
    }

    @Test
    void code_of_a_provider_sees_its_loader_and_code_of_ours_sees_ours() throws Exception {
        ClassLoader own = new ClassLoader("bundle", getClass().getClassLoader()) {};
        List<ClassLoader> seen = new ArrayList<>();
        ForeignCode.call(
                own,
                () -> {
                    seen.add(Thread.currentThread().getContextClassLoader());
                    ForeignCode.home(
                            () -> seen.add(Thread.currentThread().getContextClassLoader()));
                    seen.add(Thread.currentThread().getContextClassLoader());
                    return true;
                });
        assertThat(seen).containsExactly(own, DefaultAgentRuntime.class.getClassLoader(), own);
        assertThat(Thread.currentThread().getContextClassLoader()).isNotSameAs(own);
    }

    @Test
    void virtual_threads_are_used_exactly_where_the_jvm_has_them() {
        try (AgentThreads threads = new AgentThreads("test-")) {
            assertThat(threads.virtual()).isEqualTo(Runtime.version().feature() >= 21);
        }
    }

    @Test
    void a_nonsense_limit_is_refused_with_its_key_and_value() {
        assertThatThrownBy(() -> AgentSettings.of(TestConfig.with("maxAgents", 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxAgents")
                .hasMessageContaining("not 0");
        assertThat(AgentSettings.of(TestConfig.defaults()).drainTimeout())
                .isEqualTo(Duration.ofSeconds(3));
    }

    // ---- helpers ----

    private AgentId spawn(AgentSpec spec) {
        return runtime.spawn(Assignments.SESSION, spec).id();
    }

    private TaskExecution execute(AgentId agent) {
        return execute(agent, assignments.next());
    }

    private TaskExecution execute(AgentId agent, Assignments.Assignment assignment) {
        TaskExecution execution = runtime.tryExecute(agent, assignment).orElseThrow();
        ears.put(execution, assignment.monitor());
        return execution;
    }

    private AgentState state(AgentId agent) {
        return runtime.find(agent).orElseThrow().state();
    }

    /** Waits for the end of a task, as its monitor hears of it: once. */
    private TaskOutcome outcome(TaskExecution task) throws Exception {
        Ear ear = ears.get(task);
        TaskOutcome outcome = ear.outcome();
        assertThat(ear.ends).containsExactly(outcome);
        assertThat(task.outcome()).containsSame(outcome);
        return outcome;
    }

    private AgentFailure failure(TaskExecution task) throws Exception {
        return ((TaskOutcome.Failed) outcome(task)).failure();
    }

    private static void refused(Reason reason, String words, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(reason))
                .hasMessageContaining(words);
    }

    static void eventually(java.util.function.BooleanSupplier condition) {
        Instant deadline = Instant.now().plusSeconds(20);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).isBefore(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    static void awaitWithoutInterrupt(CountDownLatch latch) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (latch.getCount() > 0 && System.nanoTime() < deadline) {
            Thread.interrupted();
            LockSupport.parkNanos(200_000);
        }
    }
}
