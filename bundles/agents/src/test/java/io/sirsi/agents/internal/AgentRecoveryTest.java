package io.sirsi.agents.internal;

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
import io.sirsi.agent.Health;
import io.sirsi.failure.RefusedException;
import io.sirsi.failure.RefusedException.Reason;
import io.sirsi.id.RandomIds;
import io.sirsi.journal.internal.LocalJournals;
import io.sirsi.journal.internal.SimulatedDisk;
import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.task.TaskOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Agents outlive the runtime that holds them. */
class AgentRecoveryTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final SimulatedDisk disk = new SimulatedDisk(7);
    private final RandomIds ids = new RandomIds(new Random(1));
    private final Assignments assignments = new Assignments();
    private RecordingBus bus = new RecordingBus();
    private ScriptedProvider aws = new ScriptedProvider("aws", 2);
    private LocalJournals journals = LocalJournals.on(disk);
    private DefaultAgentRuntime runtime;

    @BeforeEach
    void begin() {
        start();
        runtime.bindProvider(aws, aws.properties());
    }

    @AfterEach
    void end() {
        runtime.stop();
        journals.close();
    }

    /** A new process: nothing of the one before but the disk. */
    private void start() {
        bus = new RecordingBus();
        aws = new ScriptedProvider("aws", 2);
        journals = LocalJournals.on(disk);
        ManualClock clock = new ManualClock(Assignments.NOW);
        runtime =
                new DefaultAgentRuntime(
                        bus,
                        journals,
                        new AgentSettings(LONG, LONG, LONG, LONG, 100_000),
                        new DefaultAgentRuntime.Means(clock, clock, ids));
    }

    private void restart() {
        runtime.stop();
        start();
    }

    // ---- there again ----

    @Test
    void agents_are_there_again_under_their_names_and_ready_when_their_type_is() throws Exception {
        AgentSnapshot parent =
                spawn(AgentSpec.of("aws").capabilities(c -> ScriptedProvider.OFFERS));
        AgentSnapshot child =
                spawn(
                        AgentSpec.of("aws")
                                .under(parent.id())
                                .setting("account", "1234")
                                .setting("note", "größer\n"));
        RecordingBus before = bus;
        restart();
        assertThat(runtime.list())
                .extracting(AgentSnapshot::id)
                .containsExactly(parent.id(), child.id());
        assertThat(runtime.list())
                .allMatch(agent -> agent.state() == AgentState.INITIALIZING)
                .extracting(AgentSnapshot::spec)
                .containsExactly(parent.spec(), child.spec());
        assertThat(runtime.list()).allMatch(one -> one.session().equals(Assignments.SESSION));
        assertThat(runtime.tryExecute(child.id(), assignments.next())).isEmpty();
        assertThat(runtime.health(child.id()))
                .isEqualTo(
                        new Health(
                                Health.Status.CRITICAL,
                                "the agent '"
                                        + child.id()
                                        + "' waits for the agent type 'aws', which is not there;"
                                        + " start the bundle that has it, or bring its module to"
                                        + " run (wasm:list says what it lacks)"));
        List<AgentId> made = new CopyOnWriteArrayList<>();
        aws.making = context -> made.add(context.id());
        runtime.bindProvider(aws, aws.properties());
        awaitReady(parent.id());
        awaitReady(child.id());
        assertThat(made).containsExactly(parent.id(), child.id());
        Assignments.Assignment task = assignments.next();
        assertThat(runtime.tryExecute(child.id(), task)).isPresent();
        assertThat(task.outcome()).isInstanceOf(TaskOutcome.Succeeded.class);
        assertThat(bus.of(AgentSpawned.class)).isEmpty();
        assertThat(bus.of(AgentStateChanged.class))
                .filteredOn(change -> change.before() == AgentState.INITIALIZING)
                .extracting(change -> change.agent().state())
                .containsExactly(AgentState.READY, AgentState.READY);
        assertThat(before.of(AgentStateChanged.class))
                .extracting(change -> change.agent().state())
                .contains(AgentState.DRAINING)
                .doesNotContain(AgentState.TERMINATED);
        assertThat(runtime.terminate(parent.id(), "test")).isEqualTo(2);
    }

    @Test
    void a_spawned_agent_survives_the_loss_of_power() {
        AgentId agent = spawn(AgentSpec.of("aws")).id();
        disk.crash();
        start();
        assertThat(runtime.list()).extracting(AgentSnapshot::id).containsExactly(agent);
    }

    @Test
    void a_terminated_tree_stays_terminated_after_the_loss_of_power() {
        AgentId root = spawn(AgentSpec.of("aws").capabilities(c -> c.canSpawnSubAgents())).id();
        AgentId child = spawn(AgentSpec.of("aws").under(root)).id();
        AgentId other = spawn(AgentSpec.of("aws")).id();
        runtime.terminate(root, "test");
        disk.crash();
        start();
        assertThat(runtime.list()).extracting(AgentSnapshot::id).containsExactly(other);
        assertThat(runtime.find(child)).isEmpty();
    }

    @Test
    void the_end_is_decided_on_disk_while_the_agent_still_drains() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        aws.script =
                (me, task) -> {
                    go.await();
                    return ScriptedProvider.done();
                };
        AgentId agent = spawn(AgentSpec.of("aws")).id();
        assertThat(runtime.tryExecute(agent, assignments.next())).isPresent();
        DefaultAgentRuntime dying = runtime;
        Thread ending = new Thread(() -> dying.terminate(agent, "test"));
        long before = journals.status().get(0).position().end();
        ending.start();
        eventually(() -> journals.status().get(0).position().forced() > before);
        assertThat(runtime.find(agent).orElseThrow().state()).isEqualTo(AgentState.DRAINING);
        disk.crash();
        go.countDown();
        ending.join();
        start();
        assertThat(runtime.list()).isEmpty();
    }

    @Test
    void children_whose_parent_has_no_record_are_ended_for_good() throws Exception {
        AgentId parent = spawn(AgentSpec.of("aws").capabilities(c -> c.canSpawnSubAgents())).id();
        AgentId child =
                spawn(AgentSpec.of("aws").under(parent).capabilities(c -> c.canSpawnSubAgents()))
                        .id();
        AgentId grandchild = spawn(AgentSpec.of("aws").under(child)).id();
        AgentId other = spawn(AgentSpec.of("aws")).id();
        runtime.stop();
        try (AgentLog log = AgentLog.open(journals)) {
            assertThat(log.found())
                    .extracting(AgentLog.Kept::id)
                    .containsExactly(parent, child, grandchild, other);
            log.awaitEnded(log.ended(List.of(parent)));
        }
        start();
        assertThat(runtime.list()).extracting(AgentSnapshot::id).containsExactly(other);
        runtime.stop();
        try (AgentLog log = AgentLog.open(journals)) {
            assertThat(log.found()).extracting(AgentLog.Kept::id).containsExactly(other);
        }
        start();
    }

    // ---- types that come, go, and fail ----

    @Test
    void an_agent_that_cannot_be_made_again_says_why_and_can_be_terminated() {
        AgentId agent = spawn(AgentSpec.of("aws")).id();
        restart();
        aws.making =
                context -> {
                    throw new AgentFailureException(
                            AgentFailure.of(AgentFailure.Code.INVALID, "no such account"));
                };
        runtime.bindProvider(aws, aws.properties());
        eventually(() -> runtime.health(agent).sentence().contains("no such account"));
        assertThat(runtime.find(agent).orElseThrow().state()).isEqualTo(AgentState.INITIALIZING);
        runtime.unbindProvider(aws);
        assertThat(runtime.health(agent).sentence()).contains("waits for the agent type 'aws'");
        aws.making = context -> {};
        runtime.bindProvider(aws, aws.properties());
        awaitReady(agent);
        restart();
        assertThat(runtime.terminate(agent, "nobody needs it")).isEqualTo(1);
        restart();
        assertThat(runtime.list()).isEmpty();
    }

    @Test
    void an_agent_that_has_more_than_its_type_now_offers_is_not_made() {
        AgentId agent = spawn(AgentSpec.of("aws").capabilities(c -> c.canSpawnSubAgents())).id();
        restart();
        ScriptedProvider poorer = new ScriptedProvider("aws", 1, c -> c);
        runtime.bindProvider(poorer, poorer.properties());
        eventually(() -> runtime.health(agent).sentence().contains("does not offer"));
        assertThat(runtime.find(agent).orElseThrow().state()).isEqualTo(AgentState.INITIALIZING);
    }

    @Test
    void a_type_that_goes_while_it_makes_its_agents_again_leaves_them_waiting() throws Exception {
        AgentId first = spawn(AgentSpec.of("aws")).id();
        AgentId second = spawn(AgentSpec.of("aws")).id();
        restart();
        CountDownLatch making = new CountDownLatch(1);
        aws.making =
                context -> {
                    making.countDown();
                    new CountDownLatch(1).await();
                };
        runtime.bindProvider(aws, aws.properties());
        making.await();
        runtime.unbindProvider(aws);
        assertThat(runtime.list())
                .extracting(AgentSnapshot::id, AgentSnapshot::state)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(first, AgentState.INITIALIZING),
                        org.assertj.core.groups.Tuple.tuple(second, AgentState.INITIALIZING));
        ScriptedProvider next = new ScriptedProvider("aws", 1);
        runtime.bindProvider(next, next.properties());
        awaitReady(first);
        awaitReady(second);
    }

    // ---- a disk that does not take it ----

    @Test
    void nobody_is_spawned_when_the_disk_fails_and_nothing_is_left_half_made()
            throws InterruptedException {
        AgentId there = spawn(AgentSpec.of("aws")).id();
        disk.awaitRest();
        disk.failForce(1);
        assertThatThrownBy(() -> spawn(AgentSpec.of("aws")))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(Reason.UNAVAILABLE))
                .hasMessageContaining("could not be written to disk");
        eventually(() -> aws.stopped.size() == 1);
        assertThat(runtime.list()).extracting(AgentSnapshot::id).containsExactly(there);
        assertThat(bus.of(AgentSpawned.class)).hasSize(1);
        assertThat(runtime.terminate(there, "an end is not held up")).isEqualTo(1);
    }

    @Test
    void a_full_disk_refuses_new_agents_lets_others_end_and_takes_new_ones_when_there_is_room() {
        String large = "x".repeat(200_000);
        List<AgentId> there = new ArrayList<>();
        disk.capacity(12 << 20);
        RefusedException refusal = null;
        while (refusal == null && there.size() < 200) {
            try {
                there.add(spawn(AgentSpec.of("aws").setting("large", large)).id());
            } catch (RefusedException full) {
                refusal = full;
            }
        }
        assertThat(refusal).isNotNull();
        assertThat(refusal.reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(runtime.list()).extracting(AgentSnapshot::id).containsExactlyElementsOf(there);
        assertThat(runtime.terminate(there.remove(0), "makes room")).isEqualTo(1);
        disk.capacity(1L << 30);
        eventually(
                () -> {
                    try {
                        there.add(spawn(AgentSpec.of("aws")).id());
                        return true;
                    } catch (RefusedException still) {
                        return false;
                    }
                });
        disk.crash();
        start();
        assertThat(runtime.list()).extracting(AgentSnapshot::id).containsExactlyElementsOf(there);
    }

    @Test
    void an_agent_that_is_too_large_for_the_disk_is_refused() {
        assertThatThrownBy(() -> spawn(AgentSpec.of("aws").setting("large", "x".repeat(10 << 20))))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(Reason.INVALID))
                .hasMessageContaining("at most");
        assertThat(runtime.list()).isEmpty();
        restart();
        assertThat(runtime.list()).isEmpty();
    }

    @Test
    void a_runtime_whose_agents_cannot_be_read_does_not_start() throws Exception {
        spawn(AgentSpec.of("aws"));
        spawn(AgentSpec.of("aws"));
        runtime.stop();
        String log =
                disk.names(AgentLog.NAME).stream()
                        .filter(name -> readable(name).contains("aws"))
                        .findFirst()
                        .orElseThrow();
        long firstRecord = readable(log).indexOf("aws") * 8L;
        disk.flip(AgentLog.NAME, log, firstRecord);
        assertThatThrownBy(this::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the agents on disk cannot be read");
        disk.flip(AgentLog.NAME, log, firstRecord);
        start();
        assertThat(runtime.list()).hasSize(2);
    }

    private String readable(String file) {
        try {
            return new String(
                    disk.content(AgentLog.NAME, file),
                    java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (java.io.IOException unreadable) {
            throw new java.io.UncheckedIOException(unreadable);
        }
    }

    // ---- a log that grows ----

    @Test
    void a_log_that_grows_is_cut_by_snapshots() {
        String large = "x".repeat(100_000);
        AgentId first = spawn(AgentSpec.of("aws")).id();
        for (int i = 0; i < 150; i++) {
            AgentId shortLived = spawn(AgentSpec.of("aws").setting("large", large)).id();
            runtime.terminate(shortLived, "test");
        }
        AgentId last = spawn(AgentSpec.of("aws")).id();
        assertThat(journals.status().get(0).position().snapshot()).isGreaterThan(10 << 20);
        assertThat(journals.status().get(0).use().bytesOnDisk()).isLessThan(30 << 20);
        disk.crash();
        start();
        assertThat(runtime.list()).extracting(AgentSnapshot::id).containsExactly(first, last);
    }

    // ---- a power cut at any moment ----

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void whoever_was_told_of_an_agent_or_of_its_end_finds_it_so_after_a_power_cut(int seed) {
        Random random = new Random(seed);
        String some = "x".repeat(20_000);
        Set<AgentId> alive = new TreeSet<>((a, b) -> a.value().compareTo(b.value()));
        Set<AgentId> ended = new TreeSet<>((a, b) -> a.value().compareTo(b.value()));
        disk.crashAtStep(1 + random.nextInt(400));
        for (int i = 0; i < 400 && !disk.isCrashed(); i++) {
            if (alive.isEmpty() || random.nextInt(3) > 0) {
                try {
                    AgentSpec spec =
                            AgentSpec.of("aws")
                                    .setting("some", some)
                                    .capabilities(c -> c.canSpawnSubAgents());
                    if (!alive.isEmpty() && random.nextBoolean()) {
                        spec = spec.under(alive.iterator().next());
                    }
                    alive.add(spawn(spec).id());
                } catch (RefusedException unknown) {
                    break;
                }
            } else {
                AgentId victim = alive.iterator().next();
                Set<AgentId> before = ids(runtime);
                runtime.terminate(victim, "test");
                before.removeAll(ids(runtime));
                alive.removeAll(before);
                if (!disk.isCrashed()) {
                    ended.addAll(before);
                }
            }
        }
        Set<AgentId> stillTold = ids(runtime);
        disk.crash();
        start();
        Set<AgentId> back = ids(runtime);
        assertThat(back).as("nobody who was told to be there is lost").containsAll(stillTold);
        assertThat(ended).as("nobody who was told to be gone is back").noneMatch(back::contains);
        for (AgentSnapshot agent : runtime.list()) {
            assertThat(agent.spec().parent().map(back::contains).orElse(true)).isTrue();
        }
    }

    private static Set<AgentId> ids(DefaultAgentRuntime runtime) {
        Set<AgentId> all = new TreeSet<>((a, b) -> a.value().compareTo(b.value()));
        runtime.list().forEach(agent -> all.add(agent.id()));
        return all;
    }

    private AgentSnapshot spawn(AgentSpec spec) {
        return runtime.spawn(Assignments.SESSION, spec);
    }

    private void awaitReady(AgentId agent) {
        eventually(() -> runtime.find(agent).orElseThrow().state() == AgentState.READY);
    }
}
