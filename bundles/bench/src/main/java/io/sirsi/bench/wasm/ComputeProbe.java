package io.sirsi.bench.wasm;

import io.sirsi.bench.harness.Samples;
import io.sirsi.spi.wasm.EngineLimits;
import io.sirsi.spi.wasm.WasmEngine;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A program: how many MiB a second of SHA-256, {@code java}, {@code endive} or {@code wasmtime}.
 */
public final class ComputeProbe {

    /** The argument for Java itself. */
    static final String JAVA = "java";

    /** A call hashes 256 KiB. */
    private static final int TIMES = 4_096;

    private static final double MIB = TIMES * (double) Sha256.BLOCK_BYTES / (1 << 20);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private ComputeProbe() {}

    @FunctionalInterface
    private interface Hashing {

        /** {@return the state after one more call} */
        int[] once() throws Exception;
    }

    /**
     * Measures.
     *
     * @param arguments who computes, for how many seconds it warms up, how many calls are measured
     * @throws Exception where it fails, or computes something else than Java
     */
    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        double seconds = Double.parseDouble(arguments[1]);
        int samples = Integer.parseInt(arguments[2]);
        if (arguments[0].equals(JAVA)) {
            Sha256 sha = new Sha256();
            measure(() -> java(sha), seconds, samples, out);
            return;
        }
        EngineKind kind = EngineKind.valueOf(arguments[0].toUpperCase(Locale.ROOT));
        try (EngineKind.Running running = kind.ours();
                WasmEngine.CompiledModule module =
                        running.engine().compile(new Sha256().guest(), new EngineLimits(16, 100));
                WasmEngine.WasmInstance instance = module.instantiate(List.of(), LIMIT)) {
            instance.memory().write(Sha256.BLOCK, Sha256.littleEndian(block()));
            measure(() -> guest(instance), seconds, samples, out);
        }
    }

    private static int[] block() {
        int[] words = new int[16];
        Arrays.setAll(words, i -> i * 0x01010101);
        return words;
    }

    private static int[] java(Sha256 sha) {
        sha.compress(block(), TIMES);
        return sha.state();
    }

    private static int[] guest(WasmEngine.WasmInstance instance) throws Exception {
        instance.call("hash", LIMIT, TIMES);
        int[] state = new int[8];
        for (int i = 0; i < state.length; i++) {
            state[i] = instance.memory().readInt(Sha256.STATE + i * 4);
        }
        return state;
    }

    private static void measure(Hashing hashing, double seconds, int samples, PrintStream out)
            throws Exception {
        int[] first = hashing.once();
        if (!Arrays.equals(first, java(new Sha256()))) {
            throw new IllegalStateException("the guest has computed " + Arrays.toString(first));
        }
        long begin = System.nanoTime();
        while ((System.nanoTime() - begin) / 1e9 < seconds) {
            hashing.once();
        }
        double nanos = Samples.median(samples, () -> time(hashing));
        out.printf(Locale.ROOT, "rate=%.2f%n", MIB / (nanos / 1e9));
    }

    private static double time(Hashing hashing) throws Exception {
        long begin = System.nanoTime();
        int[] state = hashing.once();
        long nanos = System.nanoTime() - begin;
        if (state.length != 8) {
            throw new IllegalStateException("no state");
        }
        return nanos;
    }
}
