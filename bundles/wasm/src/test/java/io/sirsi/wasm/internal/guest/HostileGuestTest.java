package io.sirsi.wasm.internal.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sirsi.agent.AgentEmitted;
import io.sirsi.failure.RefusedException;
import io.sirsi.spi.wasm.HostFunction;
import io.sirsi.spi.wasm.ValueType;
import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.spi.wasm.WasmTrap.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HostileGuestTest {

    private static final String[] CALLS = {
        "log", "progress", "emit", "config", "secret", "spawn", "submit", "inventory", "http"
    };

    @Test
    void every_importable_function_exists_with_its_type() {
        try (TestGuest guest = TestGuest.with().start()) {
            Map<String, Map<String, io.sirsi.spi.wasm.FunctionType>> allowed =
                    GuestImports.allowed();
            assertThat(guest.imports.functions())
                    .hasSize(allowed.values().stream().mapToInt(Map::size).sum())
                    .allSatisfy(
                            f ->
                                    assertThat(allowed.get(f.module()).get(f.name()))
                                            .isEqualTo(f.type()));
            assertThat(allowed.get("sirsi")).hasSize(10);
            assertThat(allowed.get("wasi_snapshot_preview1")).hasSize(46);
        }
    }

    @Test
    void a_bad_address_ends_the_call_of_every_function_and_nothing_else_is_ever_thrown() {
        Random random = new Random(11);
        int[] edges = {0, 1, -1, 8, 1 << 21, (1 << 21) - 1, Integer.MIN_VALUE, Integer.MAX_VALUE};
        for (int round = 0; round < 300; round++) {
            try (TestGuest guest =
                    TestGuest.with("wasi", "event", "task", "agent", "cloud").start()) {
                for (HostFunction function : guest.imports.functions()) {
                    long[] arguments =
                            function.type().parameters().stream()
                                    .mapToLong(
                                            type ->
                                                    type == ValueType.I64
                                                            ? random.nextLong()
                                                            : edges[random.nextInt(edges.length)])
                                    .toArray();
                    try {
                        long[] results = function.body().call(guest.memory, arguments);
                        assertThat(results).hasSize(function.type().results().size());
                    } catch (WasmTrap trap) {
                        assertThat(trap.kind())
                                .as(function.name())
                                .isIn(Kind.MEMORY, Kind.QUOTA, Kind.EXIT, Kind.DEADLINE);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "log",
                "progress",
                "emit",
                "config",
                "secret",
                "spawn",
                "submit",
                "inventory",
                "http"
            })
    void a_request_outside_the_memory_is_a_trap(String name) {
        try (TestGuest guest = TestGuest.with("*").start()) {
            assertThat(trapOf(() -> guest.raw("sirsi", name, (1 << 21) - 4, 5)))
                    .isEqualTo(Kind.MEMORY);
            assertThat(trapOf(() -> guest.raw("sirsi", name, -1, 1))).isEqualTo(Kind.MEMORY);
            assertThat(trapOf(() -> guest.raw("sirsi", name, 0, -1))).isEqualTo(Kind.QUOTA);
        }
    }

    @Test
    void a_response_is_cut_to_what_is_asked_for_and_is_gone_then() throws Exception {
        try (TestGuest guest = TestGuest.with().settings(Map.of("a", "b")).start()) {
            guest.memory.write(0, "{\"key\":\"a\"}".getBytes(StandardCharsets.UTF_8));
            assertThat(guest.raw("sirsi", "config", 0, 11)).isEqualTo(13);
            assertThat(guest.raw("sirsi", "response", 100, 4)).isEqualTo(4);
            assertThat(guest.memory.text(100, 5)).isEqualTo("{\"va\0");
            assertThat(guest.raw("sirsi", "response", 100, 4)).isZero();
            guest.raw("sirsi", "config", 0, 11);
            assertThat(trapOf(() -> guest.raw("sirsi", "response", (1 << 21) - 3, 100)))
                    .isEqualTo(Kind.MEMORY);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "emit | {\"type\":\"x\"}",
                "secret | {\"name\":\"a\"}",
                "spawn | {\"type\":\"aws\"}",
                "submit | {\"type\":\"scan\"}",
                "inventory | {}",
                "http | {\"url\":\"https://api.example.com/\"}",
            })
    void without_the_permission_nothing_is_done(String name, String request) throws Exception {
        try (TestGuest guest =
                TestGuest.with("wasi:clock")
                        .secrets(
                                secret -> {
                                    throw new AssertionError("was read");
                                })
                        .start()) {
            assertThat(guest.error(name, request)).isEqualTo("FORBIDDEN");
            assertThat(guest.authority.record()).hasSize(1).first().asString().startsWith("denied");
            assertThat(guest.agent.published(AgentEmitted.class)).isEmpty();
            assertThat(guest.agent.spawned()).isEmpty();
            assertThat(guest.context.submitted()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "log | ''",
                "log | []",
                "log | {\"level\":\"info\",\"message\":\"a\",\"more\":1}",
                "log | {\"level\":\"fatal\",\"message\":\"a\"}",
                "log | {\"level\":\"info\",\"message\":1}",
                "log | {\"level\":\"info\",\"level\":\"info\",\"message\":\"a\"}",
                "log | {\"level\":\"info\",\"message\":\"\\ud800\"}",
                "progress | {\"done\":-1}",
                "progress | {\"done\":1.5}",
                "progress | {\"done\":9223372036854775808}",
                "config | {}",
                "emit | {\"type\":\"Disk\"}",
                "emit | {\"type\":\"x\",\"data\":[]}",
                "secret | {\"name\":\"../etc/passwd\"}",
                "secret | {\"name\":\"..\"}",
                "secret | {\"name\":\"A\"}",
                "secret | {\"name\":\"a:b\"}",
                "secret | {\"name\":\"*\"}",
                "secret | {\"name\":\"\"}",
                "spawn | {\"type\":\"aws:*\"}",
                "spawn | {\"type\":\"*\"}",
                "spawn | {\"type\":\"aws\",\"permissions\":[\"a b\"]}",
                "spawn | {\"type\":\"aws\",\"settings\":{\"a\":1}}",
                "submit | {\"type\":\"*\"}",
                "submit | {\"type\":\"scan\",\"priority\":\"URGENT\"}",
                "submit | {\"type\":\"scan\",\"timeoutMs\":0}",
                "submit | {\"type\":\"scan\",\"key\":\"a b\"}",
                "inventory | {\"limit\":501}",
                "inventory | {\"limit\":0}",
                "inventory | {\"scan\":\"newest\"}",
                "inventory | {\"after\":\"%%%\"}",
                "inventory | {\"after\":\"YQ\"}",
                "inventory | {\"type\":\"s3\"}",
            })
    void a_request_that_makes_no_sense_is_refused_and_nothing_is_done(String name, String request)
            throws Exception {
        try (TestGuest guest = TestGuest.with("*").start()) {
            assertThat(guest.error(name, request)).isEqualTo("INVALID");
            assertThat(guest.authority.record()).isEmpty();
            assertThat(guest.context.lines()).isEmpty();
        }
    }

    @Test
    void what_is_not_utf_8_is_refused() throws Exception {
        try (TestGuest guest = TestGuest.with().start()) {
            byte[] utf16 =
                    "{\"level\":\"info\",\"message\":\"a\"}".getBytes(StandardCharsets.UTF_16LE);
            assertThat(guest.call("log", utf16).path("error").path("code").asText())
                    .isEqualTo("INVALID");
            assertThat(
                            guest.call("log", new byte[] {'{', (byte) 0xc0, (byte) 0x80, '}'})
                                    .path("error")
                                    .path("message")
                                    .asText())
                    .isEqualTo("the request is not UTF-8");
        }
    }

    @Test
    void a_task_may_not_submit_what_is_more_urgent_than_itself() throws Exception {
        try (TestGuest guest = TestGuest.with("task:submit").start()) {
            assertThat(guest.error("submit", "{\"type\":\"scan\",\"priority\":\"EMERGENCY\"}"))
                    .isEqualTo("FORBIDDEN");
            assertThat(guest.context.submitted()).isEmpty();
        }
    }

    @Test
    void a_trial_has_no_effects() throws Exception {
        try (TestGuest guest = TestGuest.with("*").trial().start()) {
            assertThat(guest.error("emit", "{\"type\":\"x\"}")).isEqualTo("UNSUPPORTED");
            assertThat(guest.error("spawn", "{\"type\":\"aws\"}")).isEqualTo("UNSUPPORTED");
            assertThat(guest.error("submit", "{\"type\":\"scan\"}")).isEqualTo("UNSUPPORTED");
            assertThat(guest.authority.record()).isEmpty();
        }
    }

    @Test
    void after_its_calls_are_used_up_the_guest_is_ended() throws Exception {
        try (TestGuest guest = TestGuest.with().limit("hostCalls", 3).start()) {
            for (int i = 0; i < 3; i++) {
                guest.call("progress", "{}");
            }
            assertThat(trapOf(() -> guest.call("progress", "{}"))).isEqualTo(Kind.QUOTA);
            assertThat(guest.task.usage(Duration.ofMillis(3), Duration.ZERO, 9).hostCalls())
                    .isEqualTo(3);
        }
    }

    @Test
    void after_its_bytes_are_used_up_the_guest_is_ended() throws Exception {
        try (TestGuest guest = TestGuest.with("wasi:random").limit("hostBytes", 100).start()) {
            guest.call("config", "{\"key\":\"aaaaaaaaaaaaa\"}");
            assertThat(guest.task.usage(Duration.ZERO, Duration.ZERO, 0).hostBytes())
                    .isEqualTo(23 + 14);
            assertThat(trapOf(() -> guest.wasi("random_get", 0, 64))).isEqualTo(Kind.QUOTA);
            assertThat(guest.wasi("random_get", 0, 63)).isZero();
            assertThat(trapOf(() -> guest.call("config", "{}"))).isEqualTo(Kind.QUOTA);
        }
    }

    @Test
    void lines_beyond_the_limit_are_counted_and_not_kept() throws Exception {
        try (TestGuest guest = TestGuest.with().limit("logLines", 2).start()) {
            for (int i = 0; i < 5; i++) {
                assertThat(
                                guest.call("log", "{\"level\":\"info\",\"message\":\"" + i + "\"}")
                                        .toString())
                        .isEqualTo("{}");
            }
            assertThat(guest.context.lines()).containsExactly("info: 0", "info: 1");
            assertThat(guest.task.droppedLines()).isEqualTo(3);
        }
    }

    @Test
    void a_line_is_cut() throws Exception {
        try (TestGuest guest = TestGuest.with().start()) {
            guest.call("log", "{\"level\":\"info\",\"message\":\"" + "x".repeat(9_000) + "\"}");
            assertThat(guest.context.lines().get(0)).hasSize(GuestTask.MAX_LINE);
        }
    }

    @Test
    void events_and_http_calls_beyond_the_limit_are_refused() throws Exception {
        try (TestGuest guest = TestGuest.with("event:emit").limit("events", 2).start()) {
            guest.call("emit", "{\"type\":\"x\"}");
            guest.call("emit", "{\"type\":\"x\"}");
            assertThat(guest.error("emit", "{\"type\":\"x\"}")).isEqualTo("LIMIT");
            assertThat(guest.agent.published(AgentEmitted.class)).hasSize(2);
        }
        try (TestGuest guest = TestGuest.with("http:call").limit("httpCalls", 1).start()) {
            String call = "{\"url\":\"https://nowhere.example.com/\"}";
            assertThat(guest.error("http", call)).isEqualTo("UNREACHABLE");
            assertThat(guest.error("http", call)).isEqualTo("LIMIT");
        }
    }

    @Test
    void a_request_or_a_response_that_is_too_long_is_refused() throws Exception {
        try (TestGuest guest =
                TestGuest.with()
                        .limit("outputBytes", 1_000)
                        .settings(Map.of("a", "x".repeat(2_000)))
                        .start()) {
            assertThat(guest.error("config", "{\"key\":\"a\"}")).isEqualTo("LIMIT");
            assertThat(guest.error("config", " ".repeat(1_001))).isEqualTo("LIMIT");
        }
    }

    @Test
    void who_probes_for_permissions_is_ended() throws Exception {
        try (TestGuest guest = TestGuest.with().start()) {
            for (int i = 0; i < GuestTask.MAX_REFUSALS; i++) {
                assertThat(guest.error("secret", "{\"name\":\"a" + i + "\"}"))
                        .isEqualTo("FORBIDDEN");
            }
            assertThat(trapOf(() -> guest.call("secret", "{\"name\":\"b\"}")))
                    .isEqualTo(Kind.QUOTA);
        }
    }

    @Test
    void without_a_task_every_function_ends_the_call() {
        TestGuest guest = TestGuest.with("*").start();
        guest.close();
        for (HostFunction function : guest.imports.functions()) {
            long[] arguments = new long[function.type().parameters().size()];
            assertThat(trapOf(() -> function.body().call(guest.memory, arguments)))
                    .as(function.name())
                    .isEqualTo(Kind.HOST);
        }
    }

    @Test
    void the_next_task_of_an_instance_finds_nothing_of_the_one_before() throws Exception {
        try (TestGuest guest =
                TestGuest.with("secret:read:a")
                        .settings(Map.of("tenant", "red"))
                        .secrets(name -> Optional.of("hunter22"))
                        .start()) {
            guest.call("secret", "{\"name\":\"a\"}");
            guest.memory.write(0, "{\"name\":\"a\"}".getBytes(StandardCharsets.UTF_8));
            guest.raw("sirsi", "secret", 0, 12);
            guest.imports.unbind();
            TestGuest other = TestGuest.with().settings(Map.of("tenant", "blue")).start();
            guest.imports.bind(other.task);

            assertThat(guest.raw("sirsi", "response", 0, 100)).isZero();
            assertThat(guest.call("config", "{\"key\":\"tenant\"}").path("value").asText())
                    .isEqualTo("blue");
            assertThat(guest.error("secret", "{\"name\":\"a\"}")).isEqualTo("FORBIDDEN");
            guest.call("log", "{\"level\":\"info\",\"message\":\"hi\"}");
            assertThat(guest.context.lines()).isEmpty();
            assertThat(other.context.lines()).containsExactly("info: hi");
            other.close();
        }
    }

    @Test
    void two_tasks_at_once_are_not_bound() {
        try (TestGuest guest = TestGuest.with().start()) {
            assertThatThrownBy(() -> guest.imports.bind(guest.task))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void a_bug_of_the_platform_is_told_to_the_log_and_not_to_the_guest() throws Exception {
        try (TestGuest guest =
                TestGuest.with("secret:read")
                        .secrets(
                                name -> {
                                    throw new NumberFormatException("For input: hunter22");
                                })
                        .start()) {
            JsonNode error = guest.call("secret", "{\"name\":\"a\"}").path("error");
            assertThat(error.path("code").asText()).isEqualTo("INTERNAL");
            assertThat(error.path("message").asText())
                    .isEqualTo("the host failed; the node's log says how");
            assertThat(guest.authority.record())
                    .containsExactly("intent secret:read:a a {}", "failed");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "NOT_FOUND, NOT_FOUND",
        "INVALID, INVALID",
        "LIMIT, LIMIT",
        "CONFLICT, INVALID",
        "UNAVAILABLE, UNREACHABLE",
        "DENIED, FORBIDDEN",
    })
    void a_refusal_of_the_platform_has_a_code_for_the_guest(
            RefusedException.Reason reason, String code) throws Exception {
        try (TestGuest guest = TestGuest.with("agent:spawn").start()) {
            guest.agent.refusing(new RefusedException(reason, "no more agents"));
            JsonNode error = guest.call("spawn", "{\"type\":\"aws\"}").path("error");
            assertThat(error.path("code").asText()).isEqualTo(code);
            assertThat(error.path("message").asText()).isEqualTo("no more agents");
        }
    }

    @Test
    void where_a_secret_lies_is_told_to_the_operator_alone() throws Exception {
        try (TestGuest guest =
                TestGuest.with("secret:read")
                        .secrets(
                                name -> {
                                    throw RefusedException.unavailable("chmod 600 /data/secrets/a");
                                })
                        .start()) {
            JsonNode error = guest.call("secret", "{\"name\":\"a\"}").path("error");
            assertThat(error.path("code").asText()).isEqualTo("UNREACHABLE");
            assertThat(error.path("message").asText()).doesNotContain("/data");
        }
    }

    @Test
    void an_interrupt_ends_a_call_that_is_stuck_in_the_platform() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        try (TestGuest guest =
                TestGuest.with("secret:read")
                        .secrets(
                                name -> {
                                    stuck.countDown();
                                    awaitUninterruptibly(never);
                                    return Optional.of("late");
                                })
                        .start()) {
            Thread caller = Thread.currentThread();
            Thread watchdog =
                    new Thread(
                            () -> {
                                awaitUninterruptibly(stuck);
                                caller.interrupt();
                            });
            watchdog.start();
            assertThat(trapOf(() -> guest.call("secret", "{\"name\":\"a\"}")))
                    .isEqualTo(Kind.INTERRUPTED);
            assertThat(Thread.interrupted()).isTrue();
            watchdog.join();
            never.countDown();
        }
    }

    @Test
    void an_interrupted_thread_begins_nothing() throws Exception {
        try (TestGuest guest = TestGuest.with("*").start()) {
            Thread.currentThread().interrupt();
            assertThat(trapOf(() -> guest.call("emit", "{\"type\":\"x\"}")))
                    .isEqualTo(Kind.INTERRUPTED);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(guest.authority.record()).isEmpty();
        }
    }

    @Test
    void a_call_without_time_left_ends_the_task() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (TestGuest guest =
                TestGuest.with("secret:read")
                        .secrets(
                                name -> {
                                    awaitUninterruptibly(never);
                                    return Optional.empty();
                                })
                        .start()) {
            guest.time.pass(Duration.ofSeconds(60).toNanos());
            assertThat(trapOf(() -> guest.call("secret", "{\"name\":\"a\"}")))
                    .isEqualTo(Kind.DEADLINE);
            never.countDown();
        }
    }

    @Test
    void a_starting_guest_has_its_settings_and_no_task() throws Exception {
        try (TestGuest guest = TestGuest.with("*").settings(Map.of("a", "b")).start()) {
            guest.imports.unbind();
            guest.imports.bind(GuestTask.starting(guest.task.guest(), guest.time));
            assertThat(guest.call("config", "{\"key\":\"a\"}").path("value").asText())
                    .isEqualTo("b");
            assertThat(guest.call("log", "{\"level\":\"info\",\"message\":\"x\"}").toString())
                    .isEqualTo("{}");
            assertThat(guest.error("submit", "{\"type\":\"scan\"}")).isEqualTo("UNSUPPORTED");
            assertThat(guest.context.lines()).isEmpty();
        }
    }

    @Test
    void garbage_in_every_function_gives_an_answer() throws Exception {
        Random random = new Random(3);
        for (int round = 0; round < 50; round++) {
            try (TestGuest guest = TestGuest.with().start()) {
                for (String name : CALLS) {
                    byte[] garbage = new byte[random.nextInt(80)];
                    random.nextBytes(garbage);
                    assertThat(guest.call(name, garbage).path("error").path("code").asText())
                            .isEqualTo("INVALID");
                }
            }
        }
    }

    /** Something that should end in a trap. */
    private interface Ending {
        Object run() throws Exception;
    }

    private static Kind trapOf(Ending ending) {
        try {
            ending.run();
        } catch (WasmTrap trap) {
            return trap.kind();
        } catch (Exception other) {
            throw new AssertionError(other);
        }
        throw new AssertionError("no trap");
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
