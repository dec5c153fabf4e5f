package io.sirsi.agents.internal;

import static io.sirsi.agents.internal.DefaultAgentRuntimeTest.awaitWithoutInterrupt;
import static io.sirsi.agents.internal.DefaultAgentRuntimeTest.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.agent.AgentSpawned;
import io.sirsi.agent.AgentSpec;
import io.sirsi.agent.AgentState;
import io.sirsi.agent.AgentStateChanged;
import io.sirsi.agent.TaskExecution;
import io.sirsi.agents.internal.Assignments.Assignment;
import io.sirsi.failure.RefusedException;
import io.sirsi.id.RandomIds;
import io.sirsi.journal.internal.LocalJournals;
import io.sirsi.journal.internal.SimulatedDisk;
import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.task.TaskOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Agents outlive the bundle of their type. */
class TypeGoesTest {

    /** So long that only a broken runtime reaches it. */
    private static final Duration LONG = Duration.ofSeconds(30);

    private static final Duration SHORT = Duration.ofMillis(40);

    private final SimulatedDisk disk = new SimulatedDisk(3);
    private final RandomIds ids = new RandomIds(new Random(1));
    private final Assignments assignments = new Assignments();
    private final ScriptedProvider aws = new ScriptedProvider("aws", 1);
    private final ScriptedProvider host = new ScriptedProvider("host", 1);
    private RecordingBus bus = new RecordingBus();
    private LocalJournals journals = LocalJournals.on(disk);
    private DefaultAgentRuntime runtime;

    @BeforeEach
    void start() {
        start(LONG);
        come(aws);
        come(host);
    }

    @AfterEach
    void end() {
        runtime.stop();
        journals.close();
    }

    /**
     * A new process: nothing of the one before but the disk.
     *
     * @param patience how long what ends may take in each step
     */
    private void start(Duration patience) {
        bus = new RecordingBus();
        journals = LocalJournals.on(disk);
        ManualClock clock = new ManualClock(Assignments.NOW);
        runtime =
                new DefaultAgentRuntime(
                        bus,
                        journals,
                        new AgentSettings(patience, patience, LONG, LONG, 1_000),
                        new DefaultAgentRuntime.Means(clock, clock, ids));
    }

    /** Ends soon what does not end by itself. */
    private void beHasty() {
        runtime.stop();
        start(SHORT);
        come(aws);
        come(host);
    }

    // ---- there again ----

    @Test
    void agents_wait_for_their_type_and_are_made_again_when_it_is_there() throws Exception {
        AgentSnapshot agent = spawn(AgentSpec.of("aws").setting("account", "1234"));
        run(agent.id());
        eventually(() -> state(agent.id()) == AgentState.READY);
        runtime.unbindProvider(aws);

        assertThat(state(agent.id())).isEqualTo(AgentState.INITIALIZING);
        assertThat(aws.stopped).containsExactly(agent.id().value());
        assertThat(runtime.health(agent.id()).sentence())
                .contains("waits for the agent type 'aws', which is not there");
        assertThat(runtime.tryExecute(agent.id(), assignments.next())).isEmpty();
        ScriptedProvider next = new ScriptedProvider("aws", 3);
        come(next);
        awaitReady(agent.id());

        assertThat(runtime.find(agent.id()).orElseThrow().spec()).isEqualTo(agent.spec());
        for (int i = 0; i < 3; i++) {
            assertThat(runtime.tryExecute(agent.id(), assignments.next())).isPresent();
        }
        assertThat(bus.of(AgentSpawned.class)).hasSize(1);
        assertThat(bus.of(AgentStateChanged.class))
                .extracting(change -> change.agent().state())
                .containsSubsequence(AgentState.DRAINING, AgentState.INITIALIZING, AgentState.READY)
                .doesNotContain(AgentState.FAILED, AgentState.TERMINATED);
    }

    @Test
    void what_runs_may_finish_and_what_does_not_has_failed_with_gone() throws Exception {
        beHasty();
        CountDownLatch running = new CountDownLatch(2);
        AgentId quick = spawn(AgentSpec.of("aws")).id();
        AgentId slow = spawn(AgentSpec.of("aws")).id();
        aws.script =
                (me, task) -> {
                    running.countDown();
                    while (me.id().equals(quick) && state(quick) != AgentState.DRAINING) {
                        Thread.onSpinWait();
                    }
                    if (me.id().equals(slow)) {
                        new CountDownLatch(1).await();
                    }
                    return ScriptedProvider.done();
                };
        Assignment finishes = execute(quick);
        Assignment fails = execute(slow);
        running.await();
        runtime.unbindProvider(aws);

        assertThat(finishes.outcome()).isInstanceOf(TaskOutcome.Succeeded.class);
        AgentFailure failure = ((TaskOutcome.Failed) fails.outcome()).failure();
        assertThat(failure.code()).isEqualTo(AgentFailure.Code.GONE);
        assertThat(failure.retryable()).isTrue();
        assertThat(failure.sentence()).contains("'aws' went away");
    }

    @Test
    void parents_and_children_of_other_types_live_on() throws Exception {
        AgentId parent = spawn(AgentSpec.of("host").capabilities(c -> c.canSpawnSubAgents())).id();
        AgentId waiting =
                spawn(AgentSpec.of("aws").under(parent).capabilities(c -> c.canSpawnSubAgents()))
                        .id();
        AgentId child = spawn(AgentSpec.of("host").under(waiting)).id();
        runtime.unbindProvider(aws);

        assertThat(state(waiting)).isEqualTo(AgentState.INITIALIZING);
        assertThat(run(parent)).isInstanceOf(TaskOutcome.Succeeded.class);
        assertThat(run(child)).isInstanceOf(TaskOutcome.Succeeded.class);
        assertThatThrownBy(() -> spawn(AgentSpec.of("host").under(waiting)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("INITIALIZING");
        assertThat(host.stopped).isEmpty();
    }

    @Test
    void agents_that_wait_are_there_after_the_loss_of_power_and_still_wait() {
        AgentId agent = spawn(AgentSpec.of("aws")).id();
        runtime.unbindProvider(aws);
        disk.crash();
        start(LONG);
        assertThat(state(agent)).isEqualTo(AgentState.INITIALIZING);
        come(aws);
        awaitReady(agent);
    }

    // ---- wanted to end nevertheless ----

    @Test
    void agents_that_wait_can_be_ended_for_good() {
        AgentId root = spawn(AgentSpec.of("host").capabilities(c -> c.canSpawnSubAgents())).id();
        AgentId below = spawn(AgentSpec.of("aws").under(root)).id();
        AgentId named = spawn(AgentSpec.of("aws")).id();
        AgentId elsewhere = runtime.spawn(Assignments.OTHER_SESSION, AgentSpec.of("aws")).id();
        runtime.unbindProvider(aws);

        assertThat(runtime.terminate(named, "test")).isEqualTo(1);
        assertThat(runtime.terminate(root, "test")).isEqualTo(2);
        assertThat(runtime.terminateAll(Assignments.OTHER_SESSION, "test")).isEqualTo(1);
        for (AgentId agent : List.of(root, below, named, elsewhere)) {
            assertThat(state(agent)).isEqualTo(AgentState.TERMINATED);
        }
        List<AgentId> made = new CopyOnWriteArrayList<>();
        aws.making = context -> made.add(context.id());
        come(aws);
        AgentId next = spawn(AgentSpec.of("aws")).id();
        assertThat(made).containsExactly(next);
        disk.crash();
        start(LONG);
        assertThat(runtime.list()).extracting(AgentSnapshot::id).containsExactly(next);
    }

    @Test
    void an_agent_that_is_terminated_while_it_drains_does_not_come_back() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AgentId agent = spawn(AgentSpec.of("aws")).id();
        aws.script =
                (me, task) -> {
                    go.await();
                    return ScriptedProvider.done();
                };
        Assignment task = execute(agent);
        Thread going = begin(() -> runtime.unbindProvider(aws));
        eventually(() -> state(agent) == AgentState.DRAINING);
        AtomicInteger ended = new AtomicInteger();
        long before = journals.status().get(0).position().end();
        Thread terminating = begin(() -> ended.set(runtime.terminate(agent, "test")));
        eventually(() -> journals.status().get(0).position().forced() > before);
        go.countDown();
        going.join();
        terminating.join();

        assertThat(task.outcome()).isInstanceOf(TaskOutcome.Succeeded.class);
        assertThat(ended).hasValue(1);
        assertThat(state(agent)).isEqualTo(AgentState.TERMINATED);
        assertThat(aws.stopped).containsExactly(agent.value());
        assertThat(bus.of(AgentStateChanged.class))
                .extracting(change -> change.agent().state())
                .doesNotContain(AgentState.INITIALIZING);
        come(aws);
        assertThat(runtime.list()).isEmpty();
    }

    @Test
    void an_agent_that_drains_when_the_runtime_stops_comes_back_with_it() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AgentId agent = spawn(AgentSpec.of("aws")).id();
        aws.script =
                (me, task) -> {
                    go.await();
                    return ScriptedProvider.done();
                };
        execute(agent);
        DefaultAgentRuntime stopping = runtime;
        Thread going = begin(() -> stopping.unbindProvider(aws));
        eventually(() -> state(agent) == AgentState.DRAINING);
        Thread end = begin(stopping::stop);
        go.countDown();
        going.join();
        end.join();

        assertThat(bus.of(AgentStateChanged.class))
                .extracting(change -> change.agent().state())
                .doesNotContain(AgentState.TERMINATED);
        journals.close();
        start(LONG);
        assertThat(state(agent)).isEqualTo(AgentState.INITIALIZING);
    }

    // ---- what comes back ----

    @Test
    void an_agent_waits_until_its_type_offers_all_that_it_was_given_and_gets_no_more() {
        AgentSnapshot agent =
                spawn(AgentSpec.of("aws").capabilities(c -> c.requiredPermissions("ec2:describe")));
        runtime.unbindProvider(aws);
        ScriptedProvider poorer = new ScriptedProvider("aws", 1, c -> c.canSpawnSubAgents());
        come(poorer);
        eventually(() -> runtime.health(agent.id()).sentence().contains("does not offer"));
        assertThat(runtime.health(agent.id()).sentence()).contains("'ec2:describe'");
        assertThat(state(agent.id())).isEqualTo(AgentState.INITIALIZING);

        runtime.unbindProvider(poorer);
        come(aws);
        awaitReady(agent.id());
        assertThat(runtime.find(agent.id()).orElseThrow().spec()).isEqualTo(agent.spec());
    }

    @Test
    void a_type_that_comes_back_while_its_agents_drain_gets_them_when_they_have() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AgentId agent = spawn(AgentSpec.of("aws")).id();
        aws.script =
                (me, task) -> {
                    go.await();
                    return ScriptedProvider.done();
                };
        Assignment task = execute(agent);
        Thread going = begin(() -> runtime.unbindProvider(aws));
        eventually(() -> state(agent) == AgentState.DRAINING);
        ScriptedProvider next = new ScriptedProvider("aws", 1);
        come(next);
        assertThat(state(agent)).isEqualTo(AgentState.DRAINING);
        assertThat(spawn(AgentSpec.of("aws")).state()).isEqualTo(AgentState.READY);
        go.countDown();
        going.join();

        awaitReady(agent);
        assertThat(task.outcome()).isInstanceOf(TaskOutcome.Succeeded.class);
        assertThat(run(agent)).isInstanceOf(TaskOutcome.Succeeded.class);
        assertThat(aws.stopped).containsExactly(agent.value());
        assertThat(next.stopped).isEmpty();
    }

    @Test
    void a_second_provider_takes_over_the_agents_of_the_first() {
        AgentId agent = spawn(AgentSpec.of("aws")).id();
        ScriptedProvider second = new ScriptedProvider("aws", 1);
        List<AgentId> made = new CopyOnWriteArrayList<>();
        second.making = context -> made.add(context.id());
        come(second);
        runtime.unbindProvider(aws);
        awaitReady(agent);
        assertThat(made).containsExactly(agent);
    }

    @Test
    void a_provider_that_cannot_make_an_agent_again_leaves_it_waiting_for_the_next() {
        AgentId agent = spawn(AgentSpec.of("aws")).id();
        runtime.unbindProvider(aws);
        aws.making =
                context -> {
                    throw new AgentFailureException(
                            AgentFailure.of(AgentFailure.Code.INVALID, "no such account"));
                };
        come(aws);
        eventually(() -> runtime.health(agent).sentence().contains("no such account"));
        assertThat(state(agent)).isEqualTo(AgentState.INITIALIZING);
        runtime.unbindProvider(aws);
        assertThat(runtime.health(agent).sentence()).contains("waits for the agent type 'aws'");
        aws.making = context -> {};
        come(aws);
        awaitReady(agent);
    }

    @Test
    void a_thread_that_does_not_end_keeps_no_place_of_the_object_that_comes_after_it()
            throws Exception {
        beHasty();
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        AgentId agent = spawn(AgentSpec.of("aws")).id();
        aws.script =
                (me, task) -> {
                    begun.countDown();
                    awaitWithoutInterrupt(end);
                    return ScriptedProvider.done();
                };
        Assignment stuck = execute(agent);
        begun.await();
        runtime.unbindProvider(aws);
        assertThat(stuck.outcome()).isInstanceOf(TaskOutcome.Failed.class);
        ScriptedProvider next = new ScriptedProvider("aws", 1);
        come(next);
        awaitReady(agent);

        assertThat(run(agent)).isInstanceOf(TaskOutcome.Succeeded.class);
        end.countDown();
        eventually(() -> runtime.tryExecute(agent, assignments.next()).isPresent());
    }

    @Test
    void each_task_that_an_agent_takes_while_its_type_comes_and_goes_ends_once() throws Exception {
        AgentId agent = spawn(AgentSpec.of("aws")).id();
        List<Assignment> taken = new ArrayList<>();
        AtomicBoolean over = new AtomicBoolean();
        Thread giving =
                begin(
                        () -> {
                            while (!over.get()) {
                                Assignment next = assignments.next();
                                runtime.tryExecute(agent, next)
                                        .ifPresent(
                                                execution -> {
                                                    taken.add(next);
                                                    execution.release();
                                                });
                            }
                        });
        ScriptedProvider there = aws;
        for (int i = 0; i < 30; i++) {
            runtime.unbindProvider(there);
            there = new ScriptedProvider("aws", 1 + i % 3);
            come(there);
            awaitReady(agent);
        }
        over.set(true);
        giving.join();
        assertThat(taken).isNotEmpty();
        for (Assignment task : taken) {
            task.outcome();
            assertThat(task.monitor().ends).hasSize(1);
        }
        eventually(() -> state(agent) == AgentState.READY);
        assertThat(runtime.executions()).extracting(TaskExecution::task).isEmpty();
    }

    // ---- helpers ----

    private void come(ScriptedProvider provider) {
        runtime.bindProvider(provider, provider.properties());
    }

    private AgentSnapshot spawn(AgentSpec spec) {
        return runtime.spawn(Assignments.SESSION, spec);
    }

    private Assignment execute(AgentId agent) {
        Assignment next = assignments.next();
        assertThat(runtime.tryExecute(agent, next)).isPresent();
        return next;
    }

    private TaskOutcome run(AgentId agent) throws Exception {
        return execute(agent).outcome();
    }

    private AgentState state(AgentId agent) {
        return runtime.find(agent).orElseThrow().state();
    }

    private void awaitReady(AgentId agent) {
        eventually(() -> state(agent).takesTasks());
    }

    private static Thread begin(Runnable work) {
        Thread thread = new Thread(work, "test");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
