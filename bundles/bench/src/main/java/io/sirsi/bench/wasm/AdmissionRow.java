package io.sirsi.bench.wasm;

import io.sirsi.bench.harness.Figures;
import io.sirsi.bench.harness.Measure;
import io.sirsi.bench.harness.Samples;
import io.sirsi.bench.harness.Scenario;
import io.sirsi.bench.harness.WorkFolder;
import io.sirsi.bench.ours.QuietBus;
import io.sirsi.bench.scenario.Alone;
import io.sirsi.wasm.internal.BenchWasm;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import run.endive.wasm.Parser;

/** What it takes to let a module in: parse it, check every instruction, lower its limits. */
final class AdmissionRow {

    private static final String SMALL = "small";
    private static final String LARGE = "large";

    private AdmissionRow() {}

    static Scenario scenario(WorkFolder folder, Sizes sizes) {
        byte[] small = Guests.answering("1.0.0", Guests.SMALL).binary();
        byte[] large = Guests.answering("1.0.0", Guests.LARGE).binary();
        return new Alone(
                "admission",
                "admission of a module",
                List.of(
                        new RawContender(
                                EngineKind.ENDIVE,
                                "Endive's parser",
                                (engine, open) ->
                                        () -> figures(sizes, small, large, Parser::parse)),
                        new OurContender(
                                EngineKind.ENDIVE,
                                "parsed, checked and rewritten",
                                (engine, open) -> {
                                    Path made = folder.fresh("admission");
                                    open.push(() -> WorkFolder.remove(made));
                                    BenchWasm wasm =
                                            new BenchWasm(
                                                    made,
                                                    new BenchWasm.Around(
                                                            engine, new QuietBus(), Runnable::run),
                                                    Map.of());
                                    open.push(wasm);
                                    return () -> figures(sizes, small, large, wasm::admit);
                                })),
                List.of(
                        new Measure(
                                "admission-25k", "a module of 25 KB", SMALL, Measure.Unit.MILLIS),
                        new Measure(
                                "admission-700k",
                                "a module of 700 KB",
                                LARGE,
                                Measure.Unit.MILLIS)),
                sizes.pace());
    }

    @FunctionalInterface
    private interface Reader {
        Object read(byte[] binary) throws Exception;
    }

    private static Figures figures(Sizes sizes, byte[] small, byte[] large, Reader reader)
            throws Exception {
        return new Figures(
                Map.of(
                        SMALL,
                        Samples.median(sizes.samples(), () -> time(reader, small)) / 1e6,
                        LARGE,
                        Samples.median(sizes.loads(), () -> time(reader, large)) / 1e6));
    }

    private static double time(Reader reader, byte[] binary) throws Exception {
        long begin = System.nanoTime();
        Object read = reader.read(binary);
        long nanos = System.nanoTime() - begin;
        if (read.hashCode() == 0) {
            throw new IllegalStateException("nothing was read");
        }
        return nanos;
    }
}
