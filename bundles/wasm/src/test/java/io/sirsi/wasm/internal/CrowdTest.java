package io.sirsi.wasm.internal;

import static io.sirsi.spi.wasm.WasmCode.NO_RESULT;
import static io.sirsi.spi.wasm.WasmCode.code;
import static io.sirsi.wasm.internal.HostileGuest.ANSWER;
import static io.sirsi.wasm.internal.HostileGuest.REQUEST;
import static io.sirsi.wasm.internal.HostileGuest.loop;
import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.agent.AgentEmitted;
import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentFailure.Code;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSpec;
import io.sirsi.agent.AgentType;
import io.sirsi.cloud.Scan;
import io.sirsi.hypervisor.AgentAuthority;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.hypervisor.HypervisorAccess;
import io.sirsi.security.Caller;
import io.sirsi.spi.agent.Agent;
import io.sirsi.spi.agent.FakeAgentContext;
import io.sirsi.spi.agent.FakeAuthority;
import io.sirsi.spi.agent.FakeTaskContext;
import io.sirsi.spi.wasm.WasmCode;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskOutcome;
import io.sirsi.task.TaskSpec;
import io.sirsi.wasm.ModuleFile;
import io.sirsi.wasm.ModuleTrial;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Logger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What guests take from a node and from each other, with either engine. */
@Timeout(120)
class CrowdTest {

    private static final Logger LOG = Logger.getLogger(CrowdTest.class.getName());
    private static final int PAGE = 65_536;
    private static final int TABLE_ELEMENTS = 10_000;
    private static final long MIB = 1 << 20;
    private static final int EVENTS = 100;
    private static final int CALLERS = LoaderParts.HOST_CALL_THREADS + 6;
    private static final int ROOM_MIB = 512;
    private static final int LONG_MS = 10_000;
    private static final int MODULES = 32;
    private static final int ROUNDS = 2;
    private static final int SMALL_PAGES = 16;

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(Engines.class)
    void at_its_peak_a_guest_takes_of_the_heap_what_it_was_granted_and_a_mebibyte(Engines which)
            throws Exception {
        HostileGuest guest = new HostileGuest().importing("sirsi", "inventory");
        guest.more = ",\"requiredPermissions\":[\"cloud:read\"]";
        guest.deadlineMs = 20_000;
        guest.module.table(1, -1);
        guest.handle(
                until(code().i32Const(1).memoryGrow())
                        .then(until(code().refNullFunc().i32Const(100).tableGrow(0)))
                        .then(filled())
                        .then(guest.call("inventory", REQUEST, 2)));
        AtomicLong peak = new AtomicLong();
        try (Engines.Started engine = which.startOrSkip();
                TestNode node = node(engine)) {
            ModuleFile file = guest.file();
            node.modules.check(file); // whatever classes the node needs are there then
            long before = LiveHeap.settled(0);

            TaskOutcome outcome =
                    node.modules
                            .run(
                                    file,
                                    new ModuleTrial("", Payload.NONE, Map.of()),
                                    scanning(() -> peak.set(LiveHeap.now())))
                            .outcome();

            long after = LiveHeap.settled(0);
            assertThat(outcome).isInstanceOf(TaskOutcome.Succeeded.class);
            long memory = HostileGuest.PAGES * PAGE;
            long granted = LiveHeap.ofArray(memory) + TABLE_ELEMENTS * Integer.BYTES;
            long more = peak.get() - before;
            tell(which, "at its peak, granted " + (granted >> 10) + " KiB", more, after - before);
            if (which == Engines.ENDIVE) {
                assertThat(more).isBetween(memory, granted + MIB);
            } else {
                assertThat(more).as("its memory is outside the heap").isLessThan(MIB);
            }
            assertThat(after - before).isLessThan(2 * MIB);
        }
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    void of_a_flood_of_events_a_hundred_arrive(Engines which) throws Exception {
        HostileGuest guest = new HostileGuest().importing("sirsi", "emit");
        guest.more = ",\"requiredPermissions\":[\"event:emit\"]";
        guest.deadlineMs = 20_000;
        guest.request = "{\"type\":\"flood\",\"data\":{\"a\":\"" + "x".repeat(1_000) + "\"}}";
        guest.handle(loop(guest.call("emit", REQUEST, guest.request.length())));
        try (Engines.Started engine = which.startOrSkip();
                TestNode node = node(engine)) {
            node.hypervisor = Optional.of(granting(new FakeAuthority("event:emit")));
            node.modules.install(TestModules.answering("good", "1.0.0"), "ada");
            node.modules.install(guest.file(), "ada");
            FakeAgentContext context = new FakeAgentContext(AgentSpec.of("hostile"));
            Agent agent = node.types.offered.get(new AgentType("hostile")).create(context);
            long before = LiveHeap.settled(0);

            TaskOutcome outcome = agent.run(new FakeTaskContext(TaskSpec.of("hostile")));

            long more = LiveHeap.settled(0) - before;
            tell(which, "a flood of events", more, more);
            assertThat(failure(outcome)).contains(Code.LIMIT);
            assertThat(context.published(AgentEmitted.class)).hasSize(EVENTS);
            assertThat(more).isLessThan(MIB);
            assertThat(TestNode.output(node.agent("good"), "good")).isEqualTo("\"1.0.0\"");
        }
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    void a_source_of_secrets_that_blocks_for_ever_holds_no_guest_beyond_its_deadline(Engines which)
            throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        AtomicInteger reads = new AtomicInteger();
        HostileGuest guest = new HostileGuest().importing("sirsi", "secret");
        guest.more = ",\"requiredPermissions\":[\"secret:read:key\"]";
        guest.request = "{\"name\":\"key\"}";
        guest.deadlineMs = 400;
        guest.handle(guest.call("secret", REQUEST, guest.request.length()));
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try (Engines.Started engine = which.startOrSkip();
                TestNode node = node(engine)) {
            node.secrets =
                    name -> {
                        reads.incrementAndGet();
                        deaf(never);
                        return Optional.of("value");
                    };
            node.hypervisor = Optional.of(granting(new FakeAuthority("secret:read")));
            node.modules.install(TestModules.answering("good", "1.0.0"), "ada");
            node.modules.install(guest.file(), "ada");

            List<Optional<Code>> endings = new ArrayList<>();
            for (TaskOutcome outcome : atOnce(callers, CALLERS, i -> run(node, "hostile"))) {
                endings.add(failure(outcome));
            }

            // As many as there are threads wait in vain; the others are told, and go on.
            assertThat(endings)
                    .filteredOn(ending -> ending.equals(Optional.of(Code.TIMED_OUT)))
                    .hasSize(LoaderParts.HOST_CALL_THREADS);
            assertThat(endings)
                    .filteredOn(Optional::isEmpty)
                    .hasSize(CALLERS - LoaderParts.HOST_CALL_THREADS);
            assertThat(reads).hasValue(LoaderParts.HOST_CALL_THREADS);
            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> thread.getName().startsWith("sirsi-guest-call-"))
                    .hasSize(LoaderParts.HOST_CALL_THREADS);
            assertThat(TestNode.output(node.agent("good"), "good")).isEqualTo("\"1.0.0\"");

            never.countDown();
            long begin = System.nanoTime();
            while (reads.get() == LoaderParts.HOST_CALL_THREADS) {
                assertThat(failure(run(node, "hostile"))).isEmpty();
                assertThat(Duration.ofNanos(System.nanoTime() - begin))
                        .isLessThan(Duration.ofSeconds(20));
            }
        } finally {
            never.countDown();
            callers.shutdownNow();
        }
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    void a_guest_with_time_left_is_told_that_a_secret_did_not_come_in_time(Engines which)
            throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        String before = "{\"status\":\"succeeded\",\"output\":";
        int room = 300;
        HostileGuest guest = new HostileGuest().importing("sirsi", "secret");
        guest.importing("sirsi", "response");
        guest.more = ",\"requiredPermissions\":[\"secret:read:key\"]";
        guest.request = "{\"name\":\"key\"}";
        guest.outcome = before + " ".repeat(room) + "}";
        guest.deadlineMs = 20_000;
        guest.handle(
                guest.call("secret", REQUEST, guest.request.length())
                        .then(guest.call("response", ANSWER + before.length(), room)));
        try (Engines.Started engine = which.startOrSkip();
                TestNode node = node(engine, 100)) {
            node.secrets =
                    name -> {
                        deaf(never);
                        return Optional.of("value");
                    };
            node.hypervisor = Optional.of(granting(new FakeAuthority("secret:read")));
            node.modules.install(guest.file(), "ada");

            assertThat(TestNode.output(node.agent("hostile"), "hostile"))
                    .contains("\"code\":\"TIMED_OUT\"")
                    .contains("took longer than 100 ms");
        } finally {
            never.countDown();
        }
    }

    /** What the tasks of a module do. */
    private enum Kind {
        ANSWERING,
        ENDLESS,
        GREEDY,
        TRAPPING;

        private Optional<Code> ending() {
            return switch (this) {
                case ANSWERING -> Optional.empty();
                case ENDLESS, GREEDY -> Optional.of(Code.TIMED_OUT);
                case TRAPPING -> Optional.of(Code.INTERNAL);
            };
        }

        private WasmCode does() {
            return switch (this) {
                case ANSWERING -> code();
                case ENDLESS -> loop(code());
                case GREEDY -> until(code().i32Const(1).memoryGrow()).then(loop(filled()));
                case TRAPPING -> code().unreachable();
            };
        }

        private ModuleFile file(String type) {
            int deadlineMs = ending().equals(Optional.of(Code.TIMED_OUT)) ? 500 : 20_000;
            String limits = "\"deadlineMs\":" + deadlineMs + ",\"memoryPages\":" + SMALL_PAGES;
            return TestModules.guest(
                    SMALL_PAGES,
                    TestModules.metadata(type, "1.0.0", ",\"limits\":{" + limits + "}"),
                    "{\"status\":\"succeeded\",\"output\":1}",
                    does());
        }
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    void of_thirty_two_modules_that_come_and_run_at_once_none_starves_and_the_heap_is_bounded(
            Engines which) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(MODULES);
        try (Engines.Started engine = which.startOrSkip();
                TestNode node = node(engine)) {
            AtomicLong longest = new AtomicLong();
            long before = LiveHeap.settled(0);
            LiveHeap.Watch watch = LiveHeap.watch();
            List<String> wrong = new ArrayList<>();
            try (watch) {
                atOnce(
                                callers,
                                MODULES,
                                i -> {
                                    Kind kind = Kind.values()[i % Kind.values().length];
                                    String type = "crowd-" + i;
                                    node.modules.install(kind.file(type), "ada");
                                    for (int round = 0; round < ROUNDS; round++) {
                                        long begin = System.nanoTime();
                                        Optional<Code> ending = failure(run(node, type));
                                        longest.accumulateAndGet(
                                                System.nanoTime() - begin, Math::max);
                                        if (!ending.equals(kind.ending())) {
                                            return kind + " ended in " + ending;
                                        }
                                    }
                                    return "";
                                })
                        .stream()
                        .filter(words -> !words.isEmpty())
                        .forEach(wrong::add);
            }
            long more = watch.most() - before;
            tell(which, MODULES + " modules at once", more, LiveHeap.settled(0) - before);
            LOG.info(which + ": the longest task took " + longest.get() / 1_000_000 + " ms");
            assertThat(wrong).isEmpty();
            assertThat(more)
                    .isLessThan((MODULES + 1) * LiveHeap.ofArray(SMALL_PAGES * PAGE) + 8 * MIB);
            assertThat(Duration.ofNanos(longest.get())).isLessThan(Duration.ofSeconds(10));
        } finally {
            callers.shutdownNow();
        }
    }

    /** One of several that happen at once. */
    private interface Turn<T> {
        T take(int number) throws Exception;
    }

    private static <T> List<T> atOnce(ExecutorService callers, int count, Turn<T> turn)
            throws Exception {
        CountDownLatch ready = new CountDownLatch(count);
        List<Future<T>> futures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            Callable<T> one =
                    () -> {
                        ready.countDown();
                        ready.await();
                        return turn.take(number);
                    };
            futures.add(callers.submit(one));
        }
        List<T> results = new ArrayList<>();
        for (Future<T> future : futures) {
            results.add(future.get(60, TimeUnit.SECONDS));
        }
        return results;
    }

    /** Again and again, until it gives -1. */
    private static WasmCode until(WasmCode gives) {
        return code().loop(NO_RESULT).then(gives).i32Const(0).i32LtS().i32Eqz().brIf(0).end();
    }

    /** All memory that there is. */
    private static WasmCode filled() {
        return code().i32Const(32_768)
                .i32Const(1)
                .memorySize()
                .i32Const(PAGE)
                .op(0x6C)
                .i32Const(32_768)
                .i32Sub()
                .memoryFill();
    }

    private static TaskOutcome run(TestNode node, String type) throws Exception {
        return node.agent(type).run(new FakeTaskContext(TaskSpec.of(type)));
    }

    private static Optional<Code> failure(TaskOutcome outcome) {
        return outcome instanceof TaskOutcome.Failed failed
                ? Optional.of(failed.failure()).map(AgentFailure::code)
                : Optional.empty();
    }

    private static void deaf(CountDownLatch never) {
        while (never.getCount() > 0) {
            try {
                never.await();
            } catch (InterruptedException deaf) {
                // As a bad driver does.
            }
        }
    }

    private TestNode node(Engines.Started engine) throws Exception {
        return node(engine, LONG_MS);
    }

    private TestNode node(Engines.Started engine, int hostCallMs) throws Exception {
        TestNode node =
                new TestNode(
                        folder,
                        Map.of(
                                "engine",
                                engine.engine().name(),
                                "readyInstances",
                                0,
                                "memoryMiB",
                                ROOM_MIB,
                                "hostCallMs",
                                hostCallMs));
        node.engines.put(engine.engine().name(), engine.engine());
        return node;
    }

    private static HypervisorAccess granting(AgentAuthority authority) {
        return new HypervisorAccess() {
            @Override
            public Hypervisor as(Caller caller) {
                throw new UnsupportedOperationException("no guest asks for it");
            }

            @Override
            public AgentAuthority authorityOf(AgentId agent) {
                return authority;
            }
        };
    }

    /** Does something when it is asked for scans, and has none. */
    private static AgentAuthority scanning(Runnable does) {
        AgentAuthority real = new FakeAuthority("cloud:read");
        return (AgentAuthority)
                Proxy.newProxyInstance(
                        AgentAuthority.class.getClassLoader(),
                        new Class<?>[] {AgentAuthority.class},
                        (proxy, method, arguments) -> {
                            if (!method.getName().equals("scans")) {
                                return method.invoke(real, arguments);
                            }
                            does.run();
                            return List.<Scan>of();
                        });
    }

    private static void tell(Engines which, String what, long peak, long after) {
        LOG.info(
                String.format(
                        "%s, %s: %,d KiB of live heap more at the most, %,d KiB afterwards",
                        which, what, peak >> 10, after >> 10));
    }
}
