package io.sirsi.wasm.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sirsi.spi.wasm.EngineLimits;
import io.sirsi.spi.wasm.FunctionType;
import io.sirsi.spi.wasm.ValueType;
import io.sirsi.spi.wasm.WasmEngine.CompiledModule;
import io.sirsi.spi.wasm.WasmEngine.WasmInstance;
import io.sirsi.spi.wasm.WasmRejectedException;
import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.wasm.internal.binary.Admission;
import io.sirsi.wasm.internal.binary.AdmissionLimits;
import io.sirsi.wasm.internal.binary.ImportName;
import io.sirsi.wasm.internal.binary.RefusedModuleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Valid modules that nobody would write, made of noise by {@code wasm-opt} of Binaryen: whatever
 * they do, it ends in what the engine's interface declares. How many are tried can be set by the
 * system property {@code sirsi.wasm.random}.
 */
class RandomModulesTest {

    private static final Logger LOG = Logger.getLogger(RandomModulesTest.class.getName());
    private static final int MODULES = Integer.getInteger("sirsi.wasm.random", 100);
    private static final long SEED = 20261125;
    private static final int LONGEST_NOISE = 4_000;
    private static final EngineLimits LIMITS = new EngineLimits(256, 10_000);
    private static final Duration DEADLINE = Duration.ofMillis(50);
    private static final Duration LATE = Duration.ofSeconds(2);
    private static final String MODULE = "fuzzing-support";
    private static final Map<ImportName, FunctionType> IMPORTS =
            Stream.of(ValueType.values())
                    .collect(
                            Collectors.toMap(
                                    type ->
                                            new ImportName(
                                                    MODULE,
                                                    "log-" + type.name().toLowerCase(Locale.ROOT)),
                                    type -> new FunctionType(List.of(type), List.of())));

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(Engines.class)
    @Timeout(1_800)
    void whatever_a_valid_module_does_ends_as_declared(Engines which) throws Exception {
        Random random = new Random(SEED);
        Map<String, Integer> endings = new TreeMap<>();
        try (Engines.Started engine = which.startOrSkip()) {
            for (int i = 0; i < MODULES; i++) {
                byte[] binary = module(random);
                try {
                    byte[] admitted =
                            Admission.admit(binary, new AdmissionLimits(LIMITS, IMPORTS))
                                    .rewritten();
                    try (CompiledModule module = engine.engine().compile(admitted, LIMITS)) {
                        callAll(module, endings);
                    }
                } catch (RefusedModuleException refused) {
                    endings.merge("refused: " + refused.rule(), 1, Integer::sum);
                } catch (WasmRejectedException rejected) {
                    endings.merge("rejected", 1, Integer::sum);
                    LOG.info("module " + i + " is rejected: " + rejected.getMessage());
                }
            }
        }
        LOG.info(which + ", " + MODULES + " modules: " + endings);
        assertThat(endings.get("returned")).isPositive();
        assertThat(endings).doesNotContainKeys("HOST", "OTHER", "rejected");
    }

    @Test
    @Timeout(1_800)
    void both_engines_compute_the_same() throws Exception {
        Random random = new Random(SEED + 1);
        int same = 0;
        try (Engines.Started endive = Engines.ENDIVE.startOrSkip();
                Engines.Started wasmtime = Engines.WASMTIME.startOrSkip()) {
            for (int i = 0; i < MODULES / 3; i++) {
                byte[] binary = module(random, "--denan"); // the bits of a NaN are open
                byte[] admitted;
                try {
                    admitted =
                            Admission.admit(binary, new AdmissionLimits(LIMITS, IMPORTS))
                                    .rewritten();
                } catch (RefusedModuleException refused) {
                    continue;
                }
                try (CompiledModule one = endive.engine().compile(admitted, LIMITS);
                        CompiledModule other = wasmtime.engine().compile(admitted, LIMITS)) {
                    for (String export : one.exports().keySet()) {
                        Optional<long[]> results = results(one, export);
                        Optional<long[]> expected = results(other, export);
                        if (results.isPresent() && expected.isPresent()) {
                            assertThat(results.get())
                                    .as("%s of module %d", export, i)
                                    .isEqualTo(expected.get());
                            same++;
                        }
                    }
                }
            }
        }
        LOG.info("both computed the same " + same + " times");
        assertThat(same).isPositive();
    }

    /** {@return what a function gives; nothing if it traps, as it may for want of time} */
    private static Optional<long[]> results(CompiledModule module, String export)
            throws WasmRejectedException {
        long[] arguments = new long[module.exports().get(export).parameters().size()];
        Arrays.fill(arguments, 1);
        try (WasmInstance instance = module.instantiate(TestModules.silent(IMPORTS), DEADLINE)) {
            return Optional.of(instance.call(export, DEADLINE, arguments));
        } catch (WasmTrap trap) {
            return Optional.empty();
        }
    }

    private static void callAll(CompiledModule module, Map<String, Integer> endings)
            throws WasmRejectedException {
        for (Map.Entry<String, FunctionType> export : module.exports().entrySet()) {
            long begin = System.nanoTime();
            try (WasmInstance instance =
                    module.instantiate(TestModules.silent(IMPORTS), DEADLINE)) {
                long[] arguments = new long[export.getValue().parameters().size()];
                Arrays.fill(arguments, 1);
                long[] results = instance.call(export.getKey(), DEADLINE, arguments);
                assertThat(results).hasSize(export.getValue().results().size());
                endings.merge("returned", 1, Integer::sum);
            } catch (WasmTrap trap) {
                endings.merge(trap.kind().name(), 1, Integer::sum);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(LATE);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }
    }

    private byte[] module(Random random, String... passes)
            throws IOException, InterruptedException {
        byte[] noise = new byte[100 + random.nextInt(LONGEST_NOISE)];
        random.nextBytes(noise);
        Path in = Files.write(folder.resolve("noise"), noise);
        Path out = folder.resolve("module.wasm");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "wasm-opt",
                                "-ttf",
                                in.toString(),
                                "-o",
                                out.toString(),
                                "--mvp-features",
                                "--enable-mutable-globals",
                                "--enable-bulk-memory",
                                "--enable-sign-ext",
                                "--enable-nontrapping-float-to-int"));
        command.addAll(List.of(passes));
        Process process;
        try {
            process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve("words").toFile())
                            .start();
        } catch (IOException missing) {
            assumeTrue(false, "wasm-opt of Binaryen is not installed: " + missing.getMessage());
            throw missing;
        }
        boolean ended = process.waitFor(30, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertThat(ended && process.exitValue() == 0)
                .as(Files.readString(folder.resolve("words")))
                .isTrue();
        return Files.readAllBytes(out);
    }
}
