package io.sirsi.bench.wasm;

import io.sirsi.bench.harness.Allowance;
import io.sirsi.bench.harness.Contender;
import io.sirsi.bench.harness.Figures;
import io.sirsi.bench.harness.Measure;
import io.sirsi.bench.harness.Samples;
import io.sirsi.bench.harness.Scenario;
import io.sirsi.bench.scenario.Alone;
import io.sirsi.spi.wasm.EngineLimits;
import io.sirsi.spi.wasm.WasmEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** A call of a guest's function that adds two numbers. */
final class CallRow {

    private static final String ADD = "add";
    private static final String CALL = "call";
    private static final String ADDED = "added";
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final EngineLimits LIMITS = new EngineLimits(256, 10_000);

    /** Calls between two looks at the clock, where they take nanoseconds and where micro. */
    private static final Map<EngineKind, Integer> BLOCK =
            Map.of(EngineKind.ENDIVE, 2_000, EngineKind.WASMTIME, 20);

    private CallRow() {}

    static Scenario on(EngineKind kind, Sizes sizes) {
        String id = "call-" + kind.id();
        int block = BLOCK.getOrDefault(kind, 1);
        List<Contender> contenders = new ArrayList<>();
        contenders.add(
                new RawContender(
                        kind,
                        "the exported function alone",
                        (engine, open) -> {
                            RawEngine.Export add = raw(engine, open);
                            return () ->
                                    Figures.of(
                                            CALL,
                                            Samples.median(
                                                    sizes.samples(), () -> time(add, block)));
                        }));
        contenders.add(
                new OurContender(
                        kind,
                        "with a deadline, checked arguments and results",
                        (engine, open) -> ours(kind, engine, new Plan(sizes, block), open)));
        List<Measure> measures = new ArrayList<>();
        measures.add(new Measure(id, "a call of add", CALL, Measure.Unit.NANOS));
        if (kind == EngineKind.ENDIVE) {
            contenders.add(new Allowance(Figures.of(ADDED, 50), "50 ns"));
            measures.add(
                    new Measure(
                            id + "-added",
                            "what ours adds, both in turns in one slice",
                            ADDED,
                            Measure.Unit.NANOS));
        }
        return new Alone(id, "a call of a guest's function", contenders, measures, sizes.pace());
    }

    private record Plan(Sizes sizes, int block) {}

    private static RawEngine.Export raw(RawEngine engine, Deque<AutoCloseable> open) {
        RawEngine.Module module = engine.compile(Guests.adding());
        open.push(module);
        RawEngine.Guest guest = module.instantiate();
        open.push(guest);
        return guest.function(ADD);
    }

    private static RawContender.Work ours(
            EngineKind kind, WasmEngine engine, Plan plan, Deque<AutoCloseable> open)
            throws Exception {
        WasmEngine.CompiledModule module = engine.compile(Guests.adding(), LIMITS);
        open.push(module);
        WasmEngine.WasmInstance instance = module.instantiate(List.of(), LIMIT);
        open.push(instance);
        RawEngine beside = kind.raw();
        open.push(beside);
        RawEngine.Export add = raw(beside, open);
        int block = plan.block();
        return () -> {
            double[] theirs = new double[1];
            double added =
                    Samples.median(
                            plan.sizes().samples(),
                            () -> {
                                theirs[0] = time(add, block);
                                return time(instance, block) - theirs[0];
                            });
            double call = Samples.median(plan.sizes().samples(), () -> time(instance, block));
            // A difference of nothing is one that cannot be seen.
            return new Figures(Map.of(CALL, call, ADDED, Math.max(added, 0.1)));
        };
    }

    /** Each call needs what the one before returned: no compiler does many at once, or none. */
    private static double time(RawEngine.Export add, int block) {
        long sum = 0;
        long begin = System.nanoTime();
        for (int i = 0; i < block; i++) {
            sum = add.call(sum ^ i, 1)[0];
        }
        return checked(sum, block, System.nanoTime() - begin);
    }

    private static double time(WasmEngine.WasmInstance instance, int block) throws Exception {
        long sum = 0;
        long begin = System.nanoTime();
        for (int i = 0; i < block; i++) {
            sum = instance.call(ADD, LIMIT, sum ^ i, 1)[0];
        }
        return checked(sum, block, System.nanoTime() - begin);
    }

    private static double checked(long sum, int block, long nanos) {
        long expected = 0;
        for (int i = 0; i < block; i++) {
            expected = (expected ^ i) + 1;
        }
        if (sum != expected) {
            throw new IllegalStateException("the guest has come to " + sum + ", not " + expected);
        }
        return (double) nanos / block;
    }
}
