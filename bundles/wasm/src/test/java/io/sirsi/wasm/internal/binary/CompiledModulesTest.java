package io.sirsi.wasm.internal.binary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.sirsi.spi.wasm.EngineLimits;
import io.sirsi.spi.wasm.FunctionType;
import io.sirsi.spi.wasm.ValueType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What compilers make is admitted. Each test is skipped where its compiler is not installed. How
 * many modules Binaryen makes up can be set by the system property {@code
 * sirsi.wasm.random.modules}.
 */
class CompiledModulesTest {

    private static final int RANDOM_MODULES = Integer.getInteger("sirsi.wasm.random.modules", 60);
    private static final long SEED = 20261125;

    private static final AdmissionLimits LIMITS =
            new AdmissionLimits(
                    new EngineLimits(256, 10_000),
                    Map.ofEntries(
                            function("sirsi", "log", "i32 i32", "i32"),
                            wasi("fd_close", "i32", "i32"),
                            wasi("fd_fdstat_get", "i32 i32", "i32"),
                            wasi("fd_read", "i32 i32 i32 i32", "i32"),
                            wasi("fd_write", "i32 i32 i32 i32", "i32"),
                            wasi("fd_seek", "i32 i64 i32 i32", "i32"),
                            wasi("environ_get", "i32 i32", "i32"),
                            wasi("environ_sizes_get", "i32 i32", "i32"),
                            wasi("proc_exit", "i32", ""),
                            function("fuzzing-support", "log-i32", "i32", ""),
                            function("fuzzing-support", "log-i64", "i64", ""),
                            function("fuzzing-support", "log-f32", "f32", ""),
                            function("fuzzing-support", "log-f64", "f64", "")));

    @TempDir private Path folder;

    @Test
    void a_reactor_in_c_is_admitted_and_can_be_run() throws Exception {
        Files.writeString(
                folder.resolve("guest.c"),
                """
                #include <stdint.h>
                #include <stdio.h>
                #include <stdlib.h>

                __attribute__((import_module("sirsi"), import_name("log"))) int note(const char *, int);
                __attribute__((export_name("alloc"))) void *give(int length) { return malloc(length); }
                __attribute__((export_name("dealloc"))) void take(void *at, int length) { free(at); }

                __attribute__((export_name("handle"))) uint64_t handle(const char *at, int length) {
                    char *out = malloc(100);
                    int written = snprintf(out, 100, "{\\"status\\": \\"succeeded\\", \\"output\\": %f}", length / 3.0);
                    note(out, written);
                    return ((uint64_t) (uintptr_t) out << 32) | (uint32_t) written;
                }
                """);
        clang("-mexec-model=reactor", "guest.c", "-o", "guest.wasm");

        AdmittedModule module = admit("guest.wasm");

        assertThat(module.imports()).extracting(Import::function).contains(Guests.LOG);
        assertThat(GuestExports.of(module))
                .isEqualTo(new GuestExports(Optional.of(GuestMode.REACTOR), List.of()));
    }

    @Test
    void a_program_in_c_with_names_and_debug_sections_is_admitted() throws Exception {
        Files.writeString(
                folder.resolve("program.c"),
                """
                #include <stdio.h>
                int main(void) {
                    char text[4096];
                    printf("{\\"status\\": \\"succeeded\\", \\"output\\": %zu}", fread(text, 1, sizeof text, stdin));
                    return 0;
                }
                """);
        clang("-g", "program.c", "-o", "program.wasm");

        AdmittedModule module = admit("program.wasm");

        assertThat(GuestExports.of(module))
                .isEqualTo(new GuestExports(Optional.of(GuestMode.COMMAND), List.of()));
        assertThat(module.rewritten().length)
                .as("bytes without custom sections")
                .isLessThan((int) Files.size(folder.resolve("program.wasm")));
    }

    @Test
    void a_program_in_rust_is_admitted() throws Exception {
        Files.writeString(
                folder.resolve("program.rs"),
                """
                use std::io::Read;
                fn main() {
                    let mut text = String::new();
                    std::io::stdin().read_to_string(&mut text).unwrap();
                    let mut words: Vec<&str> = text.split(' ').collect();
                    words.sort();
                    println!("{{\\"status\\": \\"succeeded\\", \\"output\\": {}}}", words.len());
                }
                """);
        for (String target : List.of("wasm32-wasip1", "wasm32-wasi")) {
            Optional<String> trouble =
                    run("rustc", "--target", target, "-O", "program.rs", "-o", "program.wasm");
            if (trouble.isEmpty()) {
                assertThat(GuestExports.of(admit("program.wasm")))
                        .isEqualTo(new GuestExports(Optional.of(GuestMode.COMMAND), List.of()));
                return;
            }
        }
        abort("rustc has no target for WASI");
    }

    @Test
    @Timeout(600)
    void modules_that_binaryen_makes_up_are_admitted() throws Exception {
        Random random = new Random(SEED);
        for (int i = 0; i < RANDOM_MODULES; i++) {
            byte[] noise = new byte[500 + random.nextInt(20_000)];
            random.nextBytes(noise);
            Files.write(folder.resolve("noise"), noise);
            run(
                            "wasm-opt",
                            "--translate-to-fuzz",
                            "noise",
                            "-o",
                            "random.wasm",
                            "--mvp-features",
                            "--enable-bulk-memory",
                            "--enable-sign-ext",
                            "--enable-nontrapping-float-to-int",
                            "--enable-mutable-globals",
                            "--enable-multivalue")
                    .ifPresent(trouble -> abort("wasm-opt: " + trouble));

            AdmittedModule module = admit("random.wasm");

            assertThat(Admission.admit(module.rewritten(), LIMITS).rewritten())
                    .isEqualTo(module.rewritten());
        }
    }

    private void clang(String... arguments) throws Exception {
        String[] command =
                Stream.concat(
                                Stream.of("clang", "--target=wasm32-wasi", "-O2"),
                                Stream.of(arguments))
                        .toArray(String[]::new);
        run(command).ifPresent(trouble -> abort("clang: " + trouble));
    }

    /** {@return why a tool did not do its work; empty if it did} */
    private Optional<String> run(String... command) throws InterruptedException, IOException {
        Path output = folder.resolve("output");
        Process process;
        try {
            process =
                    new ProcessBuilder(command)
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
        } catch (IOException notInstalled) {
            return Optional.of(String.valueOf(notInstalled.getMessage()));
        }
        if (!process.waitFor(50, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return Optional.of("not ready in 50 s");
        }
        return process.exitValue() == 0 ? Optional.empty() : Optional.of(Files.readString(output));
    }

    private AdmittedModule admit(String file) throws IOException, RefusedModuleException {
        return Admission.admit(Files.readAllBytes(folder.resolve(file)), LIMITS);
    }

    private static Map.Entry<ImportName, FunctionType> wasi(
            String name, String parameters, String results) {
        return function("wasi_snapshot_preview1", name, parameters, results);
    }

    private static Map.Entry<ImportName, FunctionType> function(
            String module, String name, String parameters, String results) {
        return Map.entry(
                new ImportName(module, name), new FunctionType(types(parameters), types(results)));
    }

    private static List<ValueType> types(String words) {
        return Stream.of(words.split(" "))
                .filter(word -> !word.isEmpty())
                .map(word -> ValueType.valueOf(word.toUpperCase(Locale.ROOT)))
                .toList();
    }
}
