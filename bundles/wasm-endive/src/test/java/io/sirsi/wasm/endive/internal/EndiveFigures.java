package io.sirsi.wasm.endive.internal;

import static io.sirsi.spi.wasm.WasmCode.code;

import io.sirsi.spi.wasm.EngineLimits;
import io.sirsi.spi.wasm.HostFunction;
import io.sirsi.spi.wasm.WasmBuilder;
import io.sirsi.spi.wasm.WasmCode;
import io.sirsi.spi.wasm.WasmEngine.CompiledModule;
import io.sirsi.spi.wasm.WasmEngine.WasmInstance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import run.endive.compiler.MachineFactoryCompiler;
import run.endive.runtime.ExportFunction;
import run.endive.runtime.Instance;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmModule;

/**
 * Prints what a call, an instance and a reset cost. A program, no test: it takes a minute, and its
 * figures are those of the machine.
 */
public final class EndiveFigures {

    private static final int CALLS = 5_000_000;
    private static final int ROUNDS = 7;
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final EngineLimits LIMITS = new EngineLimits(256, 10_000);

    private EndiveFigures() {}

    /** Runs it; takes no arguments. */
    public static void main(String[] args) throws Exception {
        EndiveEngine engine = new EndiveEngine();
        engine.start();
        byte[] module = module();
        try (CompiledModule compiled = engine.compile(module, LIMITS)) {
            calls(compiled, module);
            instances(compiled);
            heap(compiled);
        } finally {
            engine.stop();
        }
    }

    private static void calls(CompiledModule compiled, byte[] module) throws Exception {
        WasmModule parsed = Parser.parse(module);
        Instance bare =
                Instance.builder(parsed)
                        .withMachineFactory(MachineFactoryCompiler.compile(parsed))
                        .withImportValues(
                                run.endive.runtime.ImportValues.builder()
                                        .addFunction(
                                                new run.endive.runtime.ImportFunction(
                                                        "host",
                                                        "call",
                                                        ModuleShape.toEngine(type()),
                                                        (i, a) -> a))
                                        .build())
                        .build();
        ExportFunction function = bare.export("add");
        WasmInstance ours = compiled.instantiate(imports(), LIMIT);
        double bareNanos = Double.MAX_VALUE;
        double ourNanos = Double.MAX_VALUE;
        double hostNanos = Double.MAX_VALUE;
        long sum = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < CALLS; i++) {
                sum += function.apply(i, 1)[0];
            }
            bareNanos = Math.min(bareNanos, (System.nanoTime() - start) / (double) CALLS);
            start = System.nanoTime();
            for (int i = 0; i < CALLS; i++) {
                sum += ours.call("add", LIMIT, i, 1)[0];
            }
            ourNanos = Math.min(ourNanos, (System.nanoTime() - start) / (double) CALLS);
            start = System.nanoTime();
            sum += ours.call("hosts", LIMIT, CALLS)[0];
            hostNanos = Math.min(hostNanos, (System.nanoTime() - start) / (double) CALLS);
        }
        System.out.printf(
                "call: %.1f ns, of the engine alone %.1f ns, so %.1f ns of ours; guest to host %.1f"
                        + " ns (best of %d rounds of %d; %d)%n",
                ourNanos, bareNanos, ourNanos - bareNanos, hostNanos, ROUNDS, CALLS, sum & 1);
        ours.close();
    }

    private static void instances(CompiledModule compiled) throws Exception {
        double make = Double.MAX_VALUE;
        double reset = Double.MAX_VALUE;
        int count = 2_000;
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < count; i++) {
                compiled.instantiate(imports(), LIMIT).close();
            }
            make = Math.min(make, (System.nanoTime() - start) / 1000.0 / count);
            WasmInstance instance = compiled.instantiate(imports(), LIMIT);
            start = System.nanoTime();
            for (int i = 0; i < count; i++) {
                instance.memory().writeInt(70_000, i);
                instance.reset();
            }
            reset = Math.min(reset, (System.nanoTime() - start) / 1000.0 / count);
            instance.close();
        }
        System.out.printf(
                "instance of 2 pages: %.1f us to make, %.1f us to reset, ratio %.2f%n",
                make, reset, reset / make);
    }

    private static void heap(CompiledModule compiled) throws Exception {
        int count = 1_000;
        List<WasmInstance> instances = new ArrayList<>();
        long before = used();
        for (int i = 0; i < count; i++) {
            instances.add(compiled.instantiate(imports(), LIMIT));
        }
        long each = (used() - before) / count;
        System.out.printf(
                "instance of 2 pages: %.1f KB of heap, %.1f KB beyond its memory%n",
                each / 1024.0, (each - 2 * 65_536) / 1024.0);
        for (WasmInstance instance : instances) {
            instance.close();
        }
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static List<HostFunction> imports() {
        return List.of(new HostFunction("host", "call", type(), (memory, arguments) -> arguments));
    }

    private static io.sirsi.spi.wasm.FunctionType type() {
        return new io.sirsi.spi.wasm.FunctionType(
                List.of(io.sirsi.spi.wasm.ValueType.I32), List.of(io.sirsi.spi.wasm.ValueType.I32));
    }

    /* Fifty functions, some data, and a loop that calls the host. */
    private static byte[] module() {
        WasmBuilder builder = new WasmBuilder();
        int call = builder.importFunction("host", "call", "i32 -> i32");
        builder.memory(2, 256).table(10, 10).data(1024, new byte[4096]);
        for (int i = 0; i < 50; i++) {
            builder.export("f" + i, "i32 -> i32", code().localGet(0).i32Const(i).i32Add());
        }
        return builder.export("add", "i32 i32 -> i32", code().localGet(0).localGet(1).i32Add())
                .export(
                        "hosts",
                        "i32 -> i32",
                        code().loop(WasmCode.NO_RESULT)
                                .localGet(0)
                                .call(call)
                                .i32Const(1)
                                .i32Sub()
                                .localSet(0)
                                .localGet(0)
                                .brIf(0)
                                .end()
                                .localGet(0))
                .build();
    }
}
