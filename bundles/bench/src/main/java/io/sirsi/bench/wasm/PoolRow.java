package io.sirsi.bench.wasm;

import io.sirsi.bench.harness.Figures;
import io.sirsi.bench.harness.Measure;
import io.sirsi.bench.harness.Samples;
import io.sirsi.bench.harness.Scenario;
import io.sirsi.bench.harness.WorkFolder;
import io.sirsi.bench.ours.QuietBus;
import io.sirsi.bench.scenario.Alone;
import io.sirsi.session.SessionId;
import io.sirsi.spi.wasm.WasmEngine;
import io.sirsi.wasm.ModuleFile;
import io.sirsi.wasm.internal.BenchWasm;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** Taking an instance from the pool, beside making one. */
final class PoolRow {

    private static final String WAITING = "waiting";
    private static final String FRESH = "fresh";

    private PoolRow() {}

    static Scenario on(EngineKind kind, WorkFolder folder, Sizes sizes) {
        String id = "pool-" + kind.id();
        return new Alone(
                id,
                "an instance of the example agent in C, 23 KB",
                List.of(
                        new RawContender(
                                kind,
                                "instantiate, imports included where they belong to the instance",
                                (engine, open) -> raw(engine, sizes, open)),
                        new OurContender(
                                kind,
                                "the pool of a module",
                                (engine, open) -> ours(engine, folder, sizes, open))),
                List.of(
                        new Measure(
                                id,
                                kind == EngineKind.ENDIVE
                                        ? "one that has served the session: taken and given back,"
                                                + " with what brings it back to its beginning"
                                        : "one that was made ready: taken, given back and closed,"
                                                + " as the engine cannot bring it back",
                                WAITING,
                                Measure.Unit.MICROS),
                        new Measure(
                                id + "-fresh",
                                "one that was made ready: taken",
                                FRESH,
                                Measure.Unit.MICROS)),
                sizes.pace());
    }

    private static RawContender.Work raw(RawEngine engine, Sizes sizes, Deque<AutoCloseable> open)
            throws Exception {
        RawEngine.Module module = engine.compile(Guests.example().binary());
        open.push(module);
        return () -> {
            double micros = Samples.median(sizes.samples(), () -> instantiate(module)) / 1e3;
            return new Figures(Map.of(WAITING, micros, FRESH, micros));
        };
    }

    private static double instantiate(RawEngine.Module module) {
        long begin = System.nanoTime();
        RawEngine.Guest guest = module.instantiate();
        long nanos = System.nanoTime() - begin;
        guest.close();
        return nanos;
    }

    private static RawContender.Work ours(
            WasmEngine engine, WorkFolder folder, Sizes sizes, Deque<AutoCloseable> open)
            throws Exception {
        Path made = folder.fresh("pool");
        open.push(() -> WorkFolder.remove(made));
        Opened waiting = new Opened(engine, made.resolve(WAITING), Map.of(), open);
        Opened fresh = new Opened(engine, made.resolve(FRESH), Map.of("idleInstances", 0), open);
        return () ->
                new Figures(
                        Map.of(
                                WAITING,
                                Samples.median(sizes.samples(), waiting::borrow) / 1e3,
                                FRESH,
                                Samples.median(sizes.samples(), fresh::takeFresh) / 1e3));
    }

    /** A pool whose fresh instances are made when nobody looks at the clock. */
    private static final class Opened {

        private final Deque<Runnable> making = new ArrayDeque<>();
        private final BenchWasm.Pool pool;
        private int sessions;

        Opened(
                WasmEngine engine,
                Path folder,
                Map<String, Object> config,
                Deque<AutoCloseable> open)
                throws Exception {
            BenchWasm wasm =
                    new BenchWasm(
                            folder,
                            new BenchWasm.Around(engine, new QuietBus(), making::add),
                            config);
            open.push(wasm);
            ModuleFile file = Guests.example();
            pool = wasm.pool(file);
            open.push(pool);
            settle();
        }

        private void settle() {
            while (!making.isEmpty()) {
                making.poll().run();
            }
        }

        double borrow() throws Exception {
            SessionId session = BenchAgent.session(1);
            long begin = System.nanoTime();
            pool.take(session).giveBack();
            long nanos = System.nanoTime() - begin;
            settle();
            return nanos;
        }

        double takeFresh() throws Exception {
            pool.refill();
            settle();
            SessionId session = BenchAgent.session(++sessions);
            long begin = System.nanoTime();
            BenchWasm.Taken taken = pool.take(session);
            long nanos = System.nanoTime() - begin;
            taken.giveBack();
            return nanos;
        }
    }
}
