package io.sirsi.wasm.internal;

import static io.sirsi.spi.wasm.WasmCode.code;
import static io.sirsi.wasm.internal.HostileGuest.REQUEST;
import static io.sirsi.wasm.internal.HostileGuest.loop;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentFailure.Code;
import io.sirsi.cloud.Scan;
import io.sirsi.failure.RefusedException;
import io.sirsi.hypervisor.AgentAuthority;
import io.sirsi.spi.agent.FakeAuthority;
import io.sirsi.spi.agent.FakeTaskContext;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskOutcome;
import io.sirsi.task.TaskSpec;
import io.sirsi.wasm.ModuleFile;
import io.sirsi.wasm.ModuleTrial;
import io.sirsi.wasm.internal.guest.GuestImports;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Logger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever a guest does, with either engine: an outcome or a refusal, in time, and the node is as
 * it was.
 */
@Timeout(300)
class ContainmentTest {

    private static final Logger LOG = Logger.getLogger(ContainmentTest.class.getName());
    private static final int MEMORY_FILL_ALL = 65_536;
    private static final Duration LONGEST = Duration.ofSeconds(15);

    /**
     * Its memory twice, as there are the old one and the new one while it grows; and lines of 4
     * MiB, a request and a response of one each, and what is read of them.
     */
    private static final long MOST_HEAP =
            2 * LiveHeap.ofArray(HostileGuest.PAGES * 65_536) + (8 << 20);

    private static final long MOST_LEFT = 2 << 20;
    private static final int LOOPS = 60;
    private static final int LOOP_MS = 20;
    private static final int MOST_LATE_MS = 100;

    @TempDir Path folder;

    /** What a guest's task ends with; none for a module that is not taken. */
    private record Case(HostileGuest guest, Optional<Code> code) {}

    @ParameterizedTest
    @EnumSource(Engines.class)
    void whatever_a_guest_does_ends_in_an_outcome_or_a_refusal_and_a_bounded_heap(Engines which)
            throws Exception {
        try (Engines.Started engine = which.startOrSkip();
                TestNode node = node(engine)) {
            node.modules.install(TestModules.answering("good", "1.0.0"), "ada");
            assertThat(good(node)).isEqualTo("\"1.0.0\"");
            int instances = node.room.instances();
            cases().forEach(
                            (name, hostile) -> {
                                tried(which, node, name, hostile);
                                assertThat(node.room.instances()).as(name).isEqualTo(instances);
                                assertThat(good(node)).as("after: " + name).isEqualTo("\"1.0.0\"");
                            });
        }
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    void bad_pointers_into_every_function_end_the_call_or_are_answered(Engines which)
            throws Exception {
        Random random = new Random(20261125);
        long[] edges = {0, 1, -1, 8, 65_535, 65_536, 65_532, Integer.MIN_VALUE, Integer.MAX_VALUE};
        try (Engines.Started engine = which.startOrSkip();
                TestNode node = node(engine)) {
            for (String module : GuestImports.allowed().keySet()) {
                GuestImports.allowed()
                        .get(module)
                        .forEach(
                                (name, type) -> {
                                    for (int round = 0; round < 4; round++) {
                                        HostileGuest guest =
                                                new HostileGuest().importing(module, name);
                                        guest.more = permissions();
                                        for (int call = 0; call < 3; call++) {
                                            long[] arguments =
                                                    type.parameters().stream()
                                                            .mapToLong(
                                                                    each ->
                                                                            edges[
                                                                                    random.nextInt(
                                                                                            edges.length)])
                                                            .toArray();
                                            guest.handle.then(guest.call(name, arguments));
                                        }
                                        TaskOutcome outcome = run(node, guest.file(), authority());
                                        assertThat(outcome).as(name).isNotNull();
                                        if (outcome instanceof TaskOutcome.Failed failed) {
                                            assertThat(failed.failure().sentence())
                                                    .as(name)
                                                    .doesNotContain("(HOST)", "(OTHER)");
                                        }
                                    }
                                });
            }
            assertThat(node.room.instances()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    void endless_loops_end_soon_after_their_deadline(Engines which) throws Exception {
        List<Long> late = new ArrayList<>();
        try (Engines.Started engine = which.startOrSkip();
                TestNode node =
                        new TestNode(
                                folder,
                                Map.of("engine", engine.engine().name(), "deadlineMs", LOOP_MS))) {
            node.engines.put(engine.engine().name(), engine.engine());
            node.modules.install(
                    TestModules.endless("hostile", ",\"limits\":{\"deadlineMs\":" + LOOP_MS + "}"),
                    "ada");
            for (int i = 0; i < LOOPS; i++) {
                long begin = System.nanoTime();
                TaskOutcome outcome =
                        node.agent("hostile").run(new FakeTaskContext(TaskSpec.of("hostile")));
                assertThat(failure(outcome)).contains(Code.TIMED_OUT);
                late.add(Duration.ofNanos(System.nanoTime() - begin).toMillis() - LOOP_MS);
            }
        }
        late.sort(null);
        long most = late.get(late.size() - 1);
        LOG.info(which + ": late by " + late.get(late.size() / 2) + " ms, at most " + most + " ms");
        assertThat(late.get(late.size() * 95 / 100)).isLessThanOrEqualTo(MOST_LATE_MS);
        assertThat(most).isLessThanOrEqualTo(5 * MOST_LATE_MS);
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    void a_host_call_that_blocks_ends_with_the_deadline(Engines which) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        HostileGuest guest = new HostileGuest().importing("sirsi", "inventory");
        guest.more = permissions();
        guest.handle(guest.call("inventory", REQUEST, 2));
        try (Engines.Started engine = which.startOrSkip();
                TestNode node = node(engine)) {
            long begin = System.nanoTime();

            TaskOutcome outcome = run(node, guest.file(), blocking(never));

            assertThat(failure(outcome)).contains(Code.TIMED_OUT);
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isLessThan(Duration.ofSeconds(3));
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            assertThat(node.room.instances()).isZero();
        } finally {
            never.countDown();
        }
    }

    private static void tried(Engines which, TestNode node, String name, Case hostile) {
        long before = LiveHeap.now();
        LiveHeap.Watch watch = LiveHeap.watch();
        try (watch) {
            tried(node, name, hostile);
        }
        long after = LiveHeap.settled(before + MOST_LEFT);
        LOG.info(
                String.format(
                        "%s, %s: %,d KiB of live heap more at the most, %,d KiB afterwards",
                        which, name, (watch.most() - before) >> 10, (after - before) >> 10));
        assertThat(watch.most() - before).as(name).isLessThan(MOST_HEAP);
        assertThat(after - before).as("after: " + name).isLessThan(MOST_LEFT);
    }

    private static void tried(TestNode node, String name, Case hostile) {
        ModuleFile file = hostile.guest().file();
        long begin = System.nanoTime();
        if (hostile.code().isEmpty()) {
            assertThatThrownBy(() -> run(node, file, authority()))
                    .as(name)
                    .isInstanceOf(RefusedException.class);
        } else {
            assertThat(ending(node, file, authority()))
                    .as(name)
                    .isEqualTo(hostile.code().get().name());
        }
        assertThat(Thread.currentThread().isInterrupted()).as(name).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).as(name).isLessThan(LONGEST);
    }

    private static Map<String, Case> cases() {
        Map<String, Case> cases = new LinkedHashMap<>();
        Optional<Code> refused = Optional.empty();
        cases.put("loop in handle", ends(new HostileGuest().handle(loop(code())), Code.TIMED_OUT));
        HostileGuest alloc = new HostileGuest();
        alloc.alloc = loop(code()).i32Const(0);
        cases.put("loop in alloc", new Case(alloc, refused));
        HostileGuest health = new HostileGuest();
        health.module.export("health", "-> i64", loop(code()).i64Const(0));
        cases.put("loop in health", new Case(health, refused));
        HostileGuest init = new HostileGuest();
        init.module.export("_initialize", "->", loop(code()));
        cases.put("loop in _initialize", new Case(init, refused));
        HostileGuest start = new HostileGuest();
        start.module.start(start.module.function("->", loop(code())));
        cases.put("loop in the start function", new Case(start, refused));
        HostileGuest table = new HostileGuest();
        int type = table.module.type("->");
        int empty = table.module.function("->", code());
        table.module.table(2, 2).elements(0, empty, empty);
        cases.put(
                "loop of calls through a table",
                ends(table.handle(loop(code().i32Const(1).callIndirect(type, 0))), Code.TIMED_OUT));
        cases.put(
                "memory.grow for ever",
                ends(
                        new HostileGuest().handle(loop(code().i32Const(1).memoryGrow().drop())),
                        Code.TIMED_OUT));
        cases.put(
                "memory.fill of everything for ever",
                ends(
                        new HostileGuest()
                                .handle(
                                        loop(
                                                code().i32Const(0)
                                                        .i32Const(1)
                                                        .i32Const(MEMORY_FILL_ALL)
                                                        .memoryFill())),
                        Code.TIMED_OUT));
        cases.put(
                "memory.copy of everything for ever",
                ends(
                        new HostileGuest()
                                .handle(
                                        loop(
                                                code().i32Const(0)
                                                        .i32Const(0)
                                                        .i32Const(MEMORY_FILL_ALL)
                                                        .memoryCopy())),
                        Code.TIMED_OUT));
        HostileGuest huge = new HostileGuest();
        huge.minPages = 65;
        cases.put("a minimum above the limit", new Case(huge, refused));
        HostileGuest tables = new HostileGuest();
        tables.module.table(1, -1);
        cases.put(
                "table.grow for ever",
                ends(
                        tables.handle(loop(code().refNullFunc().i32Const(100).tableGrow(0).drop())),
                        Code.TIMED_OUT));
        cases.put(
                "garbage-collected arrays",
                new Case(new HostileGuest().handle(code().op(0xFB).op(0x06).op(0)), refused));
        HostileGuest recursion = new HostileGuest();
        int self = recursion.module.recursive("->", index -> code().call(index));
        cases.put("recursion", ends(recursion.handle(code().call(self)), Code.INTERNAL));
        HostileGuest mutual = new HostileGuest();
        int next = mutual.module.nextFunction();
        mutual.module.function("->", code().call(next + 1));
        mutual.module.function("->", code().call(next));
        cases.put("mutual recursion", ends(mutual.handle(code().call(next)), Code.INTERNAL));
        HostileGuest indirect = new HostileGuest();
        int kind = indirect.module.type("->");
        int first = indirect.module.function("->", code().i32Const(0).callIndirect(kind, 0));
        indirect.module.table(1, 1).elements(0, first);
        cases.put("indirect recursion", ends(indirect.handle(code().call(first)), Code.INTERNAL));
        cases.put(
                "unreachable",
                ends(new HostileGuest().handle(code().unreachable()), Code.INTERNAL));
        cases.put(
                "division by zero",
                ends(
                        new HostileGuest().handle(code().i32Const(1).i32Const(0).i32DivS().drop()),
                        Code.INTERNAL));
        cases.put(
                "a load outside",
                ends(
                        new HostileGuest().handle(code().i32Const(-4).i32Load(0).drop()),
                        Code.INTERNAL));
        cases.putAll(floods());
        cases.putAll(outcomes());
        cases.putAll(programs());
        return cases;
    }

    private static Map<String, Case> floods() {
        Map<String, Case> cases = new LinkedHashMap<>();
        HostileGuest config = new HostileGuest().importing("sirsi", "config");
        config.request = "{\"key\":\"a\"}";
        config.handle(loop(config.call("config", REQUEST, 11)));
        cases.put("a flood of host calls", new Case(config, Optional.of(Code.LIMIT)));
        HostileGuest log = new HostileGuest().importing("sirsi", "log");
        log.request = "{\"level\":\"info\",\"message\":\"x\"}";
        log.handle(loop(log.call("log", REQUEST, log.request.length())));
        cases.put("a flood of log lines", new Case(log, Optional.of(Code.LIMIT)));
        HostileGuest lines = new HostileGuest().importing("wasi_snapshot_preview1", "fd_write");
        lines.minPages = 32;
        lines.handle(
                code().i32Const(REQUEST + 64)
                        .i32Const(0)
                        .i32Store(0)
                        .i32Const(REQUEST + 64)
                        .i32Const(1 << 20)
                        .i32Store(4)
                        .then(loop(lines.call("fd_write", 1, REQUEST + 64, 1, REQUEST))));
        cases.put("a flood of lines of a mebibyte", new Case(lines, Optional.of(Code.LIMIT)));
        HostileGuest http = new HostileGuest().importing("sirsi", "http");
        http.request = "{\"url\":\"https://api.example.com/\"}";
        http.handle(loop(http.call("http", REQUEST, http.request.length())));
        cases.put(
                "a flood of HTTP calls that it may not make",
                new Case(http, Optional.of(Code.LIMIT)));
        HostileGuest large = new HostileGuest().importing("sirsi", "log");
        large.minPages = 32;
        large.handle(loop(large.call("log", 0, 1 << 20)));
        cases.put("a flood of requests of a mebibyte", new Case(large, Optional.of(Code.LIMIT)));
        HostileGuest response = new HostileGuest().importing("sirsi", "response");
        cases.values().forEach(flood -> flood.guest().deadlineMs = 20_000);
        response.handle(response.call("response", -1, -1));
        cases.put("a response to nowhere", ends(response, Code.INTERNAL));
        return cases;
    }

    private static Map<String, Case> outcomes() {
        Map<String, Case> cases = new LinkedHashMap<>();
        Map<String, String> bad =
                Map.of(
                        "garbage", "\u0000\u0001}{",
                        "an outcome without a status", "{}",
                        "an outcome that is a list", "[]",
                        "a deep outcome", "{\"status\":\"succeeded\",\"output\":" + "[".repeat(900),
                        "another key", "{\"status\":\"succeeded\",\"outputs\":1}");
        bad.forEach(
                (name, outcome) -> {
                    HostileGuest guest = new HostileGuest();
                    guest.outcome = outcome;
                    cases.put(name, ends(guest, Code.INVALID));
                });
        Map<Long, Code> places =
                Map.of(
                        0xFFFF_FFFFL, Code.LIMIT,
                        0x8000_0000L, Code.LIMIT,
                        0xFFFF_FFFF_0000_0001L, Code.INTERNAL,
                        0x0000_FFFF_0000_0002L, Code.INTERNAL,
                        0L, Code.INVALID,
                        0x0000_0000_0010_0000L, Code.INTERNAL);
        places.forEach(
                (packed, code) -> {
                    HostileGuest guest = new HostileGuest();
                    guest.packed = packed;
                    cases.put("an outcome at 0x" + Long.toHexString(packed), ends(guest, code));
                });
        HostileGuest zeros = new HostileGuest();
        zeros.minPages = 32;
        zeros.packed = 1 << 20;
        cases.put("a mebibyte of zeros", ends(zeros, Code.INVALID));
        HostileGuest brackets = new HostileGuest();
        brackets.minPages = 32;
        brackets.packed = 1 << 20;
        brackets.handle(code().i32Const(0).i32Const('[').i32Const(1 << 20).memoryFill());
        cases.put("a mebibyte of brackets", ends(brackets, Code.INVALID));
        HostileGuest nowhere = new HostileGuest();
        nowhere.alloc = code().i32Const(-8);
        cases.put("room outside the memory", new Case(nowhere, Optional.empty()));
        HostileGuest none = new HostileGuest();
        none.alloc = code().i32Const(0);
        cases.put("no room", new Case(none, Optional.empty()));
        return cases;
    }

    private static Map<String, Case> programs() {
        Map<String, Case> cases = new LinkedHashMap<>();
        HostileGuest exit = new HostileGuest().importing("wasi_snapshot_preview1", "proc_exit");
        exit.handle(exit.call("proc_exit", 3));
        cases.put("proc_exit in a function", ends(exit, Code.INTERNAL));
        HostileGuest sleep = new HostileGuest().importing("wasi_snapshot_preview1", "poll_oneoff");
        sleep.more = permissions();
        // A subscription of 48 bytes: the monotonic clock (id 1) at 16, an hour in ns at 24.
        sleep.handle(
                code().i32Const(REQUEST + 128)
                        .i32Const(1)
                        .i32Store(16)
                        .i32Const(REQUEST + 128)
                        .i64Const(3_600_000_000_000L)
                        .i64Store(24)
                        .then(sleep.call("poll_oneoff", REQUEST + 128, REQUEST + 256, 1, REQUEST)));
        cases.put("sleep for an hour", ends(sleep, Code.TIMED_OUT));
        HostileGuest random = new HostileGuest().importing("wasi_snapshot_preview1", "random_get");
        random.more = permissions();
        random.minPages = 64;
        random.deadlineMs = 20_000;
        random.handle(loop(random.call("random_get", 0, 1 << 16)));
        cases.put("random bytes over everything", ends(random, Code.LIMIT));
        return cases;
    }

    private static Case ends(HostileGuest guest, Code code) {
        return new Case(guest, Optional.of(code));
    }

    private static String permissions() {
        return ",\"requiredPermissions\":[\"cloud:read\",\"wasi:clock\",\"wasi:random\",\"wasi:env\","
                + "\"event:emit\",\"task:submit\"]";
    }

    private TestNode node(Engines.Started engine) throws Exception {
        TestNode node =
                new TestNode(
                        folder,
                        Map.of(
                                "engine",
                                engine.engine().name(),
                                "probeMs",
                                200,
                                "readyInstances",
                                0));
        node.engines.put(engine.engine().name(), engine.engine());
        return node;
    }

    private static TaskOutcome run(TestNode node, ModuleFile file, AgentAuthority authority) {
        return node.modules
                .run(file, new ModuleTrial("", Payload.NONE, Map.of()), authority)
                .outcome();
    }

    private static String good(TestNode node) {
        try {
            return TestNode.output(node.agent("good"), "good");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** {@return the code of a failure, or what else came out} */
    private static String ending(TestNode node, ModuleFile file, AgentAuthority authority) {
        try {
            TaskOutcome outcome = run(node, file, authority);
            return failure(outcome).map(Code::name).orElse(outcome.toString());
        } catch (RefusedException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    private static Optional<Code> failure(TaskOutcome outcome) {
        return outcome instanceof TaskOutcome.Failed failed
                ? Optional.of(failed.failure()).map(AgentFailure::code)
                : Optional.empty();
    }

    private static AgentAuthority authority() {
        return new FakeAuthority("cloud:read", "wasi", "event:emit", "task:submit");
    }

    /** Asked for scans, it never answers. */
    private static AgentAuthority blocking(CountDownLatch never) {
        AgentAuthority real = authority();
        return (AgentAuthority)
                Proxy.newProxyInstance(
                        AgentAuthority.class.getClassLoader(),
                        new Class<?>[] {AgentAuthority.class},
                        (proxy, method, arguments) -> {
                            if (!method.getName().equals("scans")) {
                                return method.invoke(real, arguments);
                            }
                            while (never.getCount() > 0) {
                                try {
                                    never.await();
                                } catch (InterruptedException deaf) {
                                    // As a bad driver does.
                                }
                            }
                            return List.<Scan>of();
                        });
    }
}
