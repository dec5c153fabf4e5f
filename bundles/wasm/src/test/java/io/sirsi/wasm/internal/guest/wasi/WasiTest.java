package io.sirsi.wasm.internal.guest.wasi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.spi.wasm.WasmTrap.Kind;
import io.sirsi.wasm.internal.guest.TestGuest;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WasiTest {

    private static final int NOTCAPABLE = 76;
    private static final int INVAL = 28;
    private static final int BADF = 8;

    private static final int TEXT = 100;
    private static final int VECTOR = 200;
    private static final int RESULT = 300;
    private static final int MANY = 4_000;

    @Test
    void without_permissions_there_is_no_clock_no_chance_and_no_variable() throws Exception {
        try (TestGuest guest = TestGuest.with().settings(Map.of("a", "b")).start()) {
            assertThat(guest.wasi("clock_time_get", 0, 0, RESULT)).isEqualTo(NOTCAPABLE);
            assertThat(guest.wasi("clock_res_get", 0, RESULT)).isEqualTo(NOTCAPABLE);
            assertThat(guest.wasi("random_get", RESULT, 8)).isEqualTo(NOTCAPABLE);
            assertThat(guest.wasi("poll_oneoff", 0, RESULT, 1, RESULT)).isEqualTo(NOTCAPABLE);
            assertThat(guest.wasi("environ_sizes_get", RESULT, RESULT + 4)).isZero();
            assertThat(guest.memory.readLong(RESULT)).isZero();
            assertThat(guest.authority.record()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fd_advise",
                "fd_allocate",
                "fd_datasync",
                "fd_fdstat_set_flags",
                "fd_fdstat_set_rights",
                "fd_filestat_get",
                "fd_filestat_set_size",
                "fd_filestat_set_times",
                "fd_pread",
                "fd_prestat_dir_name",
                "fd_pwrite",
                "fd_readdir",
                "fd_renumber",
                "fd_sync",
                "fd_tell",
                "path_create_directory",
                "path_filestat_get",
                "path_filestat_set_times",
                "path_link",
                "path_open",
                "path_readlink",
                "path_remove_directory",
                "path_rename",
                "path_symlink",
                "path_unlink_file",
                "proc_raise",
                "sock_accept",
                "sock_recv",
                "sock_send",
                "sock_shutdown"
            })
    void files_and_sockets_are_for_nobody(String name) throws Exception {
        try (TestGuest guest = TestGuest.with("*").start()) {
            assertThat(guest.wasi(name, 0, 0, 0, 0, 0, 0, 0, 0, 0)).isEqualTo(NOTCAPABLE);
        }
    }

    @Test
    void clocks_show_the_time_in_microseconds() throws Exception {
        try (TestGuest guest = TestGuest.with("wasi:clock").start()) {
            guest.time.pass(1_234);
            assertThat(guest.wasi("clock_time_get", 0, 0, RESULT)).isZero();
            assertThat(guest.memory.readLong(RESULT)).isEqualTo(1_772_600_767_000_002_000L);
            assertThat(guest.wasi("clock_time_get", 1, 0, RESULT)).isZero();
            assertThat(guest.memory.readLong(RESULT)).isEqualTo(6_000);
            assertThat(guest.wasi("clock_res_get", 1, RESULT)).isZero();
            assertThat(guest.memory.readLong(RESULT)).isEqualTo(1_000);
            assertThat(guest.wasi("clock_time_get", 2, 0, RESULT)).isEqualTo(INVAL);
        }
    }

    @Test
    void random_bytes_are_capped_a_call() throws Exception {
        try (TestGuest guest = TestGuest.with("wasi:random").start()) {
            assertThat(guest.wasi("random_get", 0, 1 << 16)).isZero();
            assertThat(guest.memory.readLong(0)).isNotZero();
            assertThat(guest.wasi("random_get", 0, (1 << 16) + 1)).isEqualTo(INVAL);
            assertThat(guest.wasi("random_get", 0, -1)).isEqualTo(INVAL);
        }
    }

    @Test
    void there_are_no_arguments() throws Exception {
        try (TestGuest guest = TestGuest.with().start()) {
            guest.memory.writeLong(RESULT, -1);
            assertThat(guest.wasi("args_sizes_get", RESULT, RESULT + 4)).isZero();
            assertThat(guest.memory.readLong(RESULT)).isZero();
            assertThat(guest.wasi("args_get", RESULT, RESULT)).isZero();
        }
    }

    @Test
    void settings_are_variables_for_those_who_may() throws Exception {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("b", "x=y");
        settings.put("a", "é");
        settings.put("c=d", "left out");
        settings.put("e", "left\0out");
        try (TestGuest guest = TestGuest.with("wasi:env").settings(settings).start()) {
            assertThat(guest.wasi("environ_sizes_get", RESULT, RESULT + 4)).isZero();
            assertThat(guest.memory.readInt(RESULT)).isEqualTo(2);
            assertThat(guest.memory.readInt(RESULT + 4)).isEqualTo(11);
            assertThat(guest.wasi("environ_get", RESULT, TEXT)).isZero();
            assertThat(guest.memory.readInt(RESULT)).isEqualTo(TEXT);
            assertThat(guest.memory.readInt(RESULT + 4)).isEqualTo(TEXT + 5);
            assertThat(guest.memory.text(TEXT, 11)).isEqualTo("a=é\0b=x=y\0");
        }
    }

    @Test
    void what_a_reactor_writes_are_log_lines() throws Exception {
        try (TestGuest guest = TestGuest.with().start()) {
            assertThat(write(guest, 1, "hello\nwor")).isEqualTo(9);
            assertThat(write(guest, 2, "oh\n")).isEqualTo(3);
            assertThat(write(guest, 1, "ld")).isEqualTo(2);
            assertThat(guest.context.lines()).containsExactly("stdout: hello", "stderr: oh");
            guest.imports.unbind();
            assertThat(guest.context.lines())
                    .containsExactly("stdout: hello", "stderr: oh", "stdout: world");
            assertThat(guest.task.streams().output()).isEmpty();
        }
    }

    @Test
    void a_line_without_an_end_does_not_fill_the_memory() throws Exception {
        try (TestGuest guest = TestGuest.with().limit("logLines", 3).start()) {
            for (int i = 0; i < 20; i++) {
                write(guest, 2, "x".repeat(MANY));
            }
            assertThat(guest.context.lines()).hasSize(3);
            assertThat(guest.task.droppedLines()).isEqualTo(1);
        }
    }

    @Test
    void a_command_reads_its_input_and_its_output_is_kept() throws Exception {
        try (TestGuest guest = TestGuest.with().input("abcdefgh").start()) {
            assertThat(read(guest, 5)).isEqualTo("abcde");
            assertThat(read(guest, 5)).isEqualTo("fgh");
            assertThat(read(guest, 5)).isEmpty();
            write(guest, 1, "{\"status\":");
            write(guest, 1, "1}");
            assertThat(new String(guest.task.streams().output(), StandardCharsets.UTF_8))
                    .isEqualTo("{\"status\":1}");
            assertThat(guest.context.lines()).isEmpty();
        }
    }

    @Test
    void a_reactor_has_an_empty_input() throws Exception {
        try (TestGuest guest = TestGuest.with().start()) {
            assertThat(read(guest, 5)).isEmpty();
        }
    }

    @Test
    void too_much_output_of_a_command_ends_it() throws Exception {
        try (TestGuest guest = TestGuest.with().input("").limit("outputBytes", 10).start()) {
            write(guest, 1, "0123456789");
            assertThatThrownBy(() -> write(guest, 1, "x"))
                    .isInstanceOfSatisfying(
                            WasmTrap.class, trap -> assertThat(trap.kind()).isEqualTo(Kind.QUOTA));
        }
    }

    @Test
    void a_long_write_is_taken_in_part() throws Exception {
        try (TestGuest guest = TestGuest.with().input("").start()) {
            guest.memory.writeInt(VECTOR, MANY);
            guest.memory.writeInt(VECTOR + 4, 1_000_000);
            assertThat(guest.wasi("fd_write", 1, VECTOR, 1, RESULT)).isZero();
            assertThat(guest.memory.readInt(RESULT)).isEqualTo(1 << 16);
        }
    }

    @Test
    void vectors_that_make_no_sense_are_errors_or_traps() throws Exception {
        try (TestGuest guest = TestGuest.with().start()) {
            assertThat(guest.wasi("fd_write", 1, VECTOR, -1, RESULT)).isEqualTo(INVAL);
            assertThat(guest.wasi("fd_write", 1, VECTOR, 1_025, RESULT)).isEqualTo(INVAL);
            assertThat(guest.wasi("fd_read", 0, VECTOR, 1_025, RESULT)).isEqualTo(INVAL);
            assertThat(guest.wasi("fd_write", 0, VECTOR, 1, RESULT)).isEqualTo(BADF);
            assertThat(guest.wasi("fd_write", 3, VECTOR, 1, RESULT)).isEqualTo(BADF);
            assertThat(guest.wasi("fd_read", 1, VECTOR, 1, RESULT)).isEqualTo(BADF);
            guest.memory.writeInt(VECTOR, -8);
            guest.memory.writeInt(VECTOR + 4, 64);
            assertThatThrownBy(() -> guest.wasi("fd_write", 1, VECTOR, 1, RESULT))
                    .isInstanceOf(WasmTrap.class);
            assertThatThrownBy(() -> guest.wasi("fd_write", 1, -4, 1, RESULT))
                    .isInstanceOf(WasmTrap.class);
        }
    }

    @Test
    void the_three_files_are_what_libraries_expect() throws Exception {
        try (TestGuest guest = TestGuest.with().start()) {
            for (int file = 0; file < 3; file++) {
                assertThat(guest.wasi("fd_fdstat_get", file, RESULT)).isZero();
                assertThat(guest.memory.readLong(RESULT)).isZero();
                assertThat(guest.memory.readLong(RESULT + 8)).isEqualTo(file == 0 ? 2 : 64);
                assertThat(guest.wasi("fd_seek", file, 0, 0, RESULT)).isEqualTo(70);
                assertThat(guest.wasi("fd_close", file)).isZero();
                assertThat(guest.wasi("fd_prestat_get", file, RESULT)).isEqualTo(BADF);
            }
            assertThat(guest.wasi("fd_fdstat_get", 3, RESULT)).isEqualTo(BADF);
            assertThat(guest.wasi("fd_seek", 3, 0, 0, RESULT)).isEqualTo(BADF);
            assertThat(guest.wasi("fd_close", -1)).isEqualTo(BADF);
            assertThat(guest.wasi("fd_prestat_get", 3, RESULT)).isEqualTo(BADF);
            assertThat(guest.wasi("sched_yield")).isZero();
        }
    }

    @Test
    void leaving_ends_the_call_with_its_status() {
        try (TestGuest guest = TestGuest.with().start()) {
            assertThatThrownBy(() -> guest.wasi("proc_exit", 3))
                    .isInstanceOfSatisfying(
                            WasmTrap.class,
                            trap -> {
                                assertThat(trap.kind()).isEqualTo(Kind.EXIT);
                                assertThat(trap.exitStatus()).isEqualTo(3);
                            });
        }
    }

    @Test
    void a_sleep_lasts_as_long_as_the_first_clock() throws Exception {
        try (TestGuest guest = TestGuest.with("wasi:clock").start()) {
            subscribe(guest, 0, 7, 1, 5_000_000, 0);
            subscribe(guest, 1, 8, 1, 9_000_000, 0);
            long before = guest.time.nanos();
            assertThat(guest.wasi("poll_oneoff", MANY, TEXT, 2, RESULT)).isZero();
            assertThat(guest.time.nanos() - before).isEqualTo(5_000_000);
            assertThat(guest.memory.readInt(RESULT)).isEqualTo(1);
            assertThat(guest.memory.readLong(TEXT)).isEqualTo(7);
            assertThat(guest.memory.readLong(TEXT + 8)).isZero();
        }
    }

    @Test
    void a_sleep_until_a_moment_ends_at_that_moment() throws Exception {
        try (TestGuest guest = TestGuest.with("wasi:clock").start()) {
            subscribe(guest, 0, 7, 1, 905_000, 1);
            assertThat(guest.wasi("poll_oneoff", MANY, TEXT, 1, RESULT)).isZero();
            assertThat(guest.time.nanos()).isEqualTo(905_000);
            subscribe(guest, 0, 7, 1, 100, 1);
            assertThat(guest.wasi("poll_oneoff", MANY, TEXT, 1, RESULT)).isZero();
            assertThat(guest.time.nanos()).isEqualTo(905_000);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MAX_VALUE, 30_000_000_000L})
    void a_sleep_longer_than_the_task_ends_with_it(long nanos) throws Exception {
        try (TestGuest guest = TestGuest.with("wasi:clock").start()) {
            subscribe(guest, 0, 7, 0, nanos, 0);
            assertThatThrownBy(() -> guest.wasi("poll_oneoff", MANY, TEXT, 1, RESULT))
                    .isInstanceOfSatisfying(
                            WasmTrap.class,
                            trap -> assertThat(trap.kind()).isEqualTo(Kind.DEADLINE));
        }
    }

    @Test
    void files_cannot_be_waited_for() throws Exception {
        try (TestGuest guest = TestGuest.with("wasi:clock").start()) {
            subscribe(guest, 0, 7, 1, 5_000_000, 0);
            guest.memory.write(MANY + 8, new byte[] {1});
            assertThat(guest.wasi("poll_oneoff", MANY, TEXT, 1, RESULT)).isZero();
            assertThat(guest.memory.readInt(RESULT)).isEqualTo(1);
            assertThat(guest.memory.readLong(TEXT + 8)).isEqualTo(58 | 1 << 16);
            guest.memory.write(MANY + 8, new byte[] {3});
            assertThat(guest.wasi("poll_oneoff", MANY, TEXT, 1, RESULT)).isEqualTo(INVAL);
            assertThat(guest.wasi("poll_oneoff", MANY, TEXT, 0, RESULT)).isEqualTo(INVAL);
            assertThat(guest.wasi("poll_oneoff", MANY, TEXT, 100_000, RESULT)).isEqualTo(INVAL);
        }
    }

    @Test
    void an_interrupt_ends_a_call() {
        try (TestGuest guest = TestGuest.with("wasi:clock").start()) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> guest.wasi("sched_yield"))
                    .isInstanceOfSatisfying(
                            WasmTrap.class,
                            trap -> assertThat(trap.kind()).isEqualTo(Kind.INTERRUPTED));
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private static int write(TestGuest guest, int file, String text) throws WasmTrap {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        guest.memory.write(MANY, bytes);
        guest.memory.writeInt(VECTOR, MANY);
        guest.memory.writeInt(VECTOR + 4, bytes.length / 2);
        guest.memory.writeInt(VECTOR + 8, MANY + bytes.length / 2);
        guest.memory.writeInt(VECTOR + 12, bytes.length - bytes.length / 2);
        assertThat(guest.wasi("fd_write", file, VECTOR, 2, RESULT)).isZero();
        return guest.memory.readInt(RESULT);
    }

    private static String read(TestGuest guest, int most) throws WasmTrap {
        guest.memory.writeInt(VECTOR, MANY);
        guest.memory.writeInt(VECTOR + 4, 2);
        guest.memory.writeInt(VECTOR + 8, MANY + 2);
        guest.memory.writeInt(VECTOR + 12, most - 2);
        assertThat(guest.wasi("fd_read", 0, VECTOR, 2, RESULT)).isZero();
        return guest.memory.text(MANY, guest.memory.readInt(RESULT));
    }

    private static void subscribe(
            TestGuest guest, int index, long userData, int clock, long nanos, int flags)
            throws WasmTrap {
        int at = MANY + 48 * index;
        guest.memory.write(at, new byte[48]);
        guest.memory.writeLong(at, userData);
        guest.memory.writeInt(at + 16, clock);
        guest.memory.writeLong(at + 24, nanos);
        guest.memory.writeInt(at + 40, flags);
    }
}
