package io.sirsi.bench.wasm;

import io.sirsi.bench.harness.WorkFolder;
import io.sirsi.bench.ours.QuietBus;
import io.sirsi.wasm.internal.BenchWasm;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A program: how much heap an instance takes beyond its memory, on Endive. */
public final class InstancesProbe {

    private static final int MEMORY = 2 * 65_536;

    private InstancesProbe() {}

    /**
     * Measures.
     *
     * @param arguments a folder, how many instances
     * @throws Exception where it fails
     */
    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Path folder = new WorkFolder(Path.of(arguments[0])).fresh("instances");
        int count = Integer.parseInt(arguments[1]);
        try (EngineKind.Running running = EngineKind.ENDIVE.ours();
                BenchWasm wasm =
                        new BenchWasm(
                                folder,
                                new BenchWasm.Around(
                                        running.engine(), new QuietBus(), unwanted -> {}),
                                Map.of("memoryMiB", 1_024));
                BenchWasm.Pool pool = wasm.pool(Guests.answering("1.0.0", Guests.SMALL))) {
            List<BenchWasm.Taken> taken = new ArrayList<>(count);
            taken.add(pool.take(BenchAgent.session(0)));
            long before = Heap.used();
            for (int i = 1; i <= count; i++) {
                taken.add(pool.take(BenchAgent.session(i)));
            }
            double each = (double) (Heap.used() - before) / count;
            out.printf(Locale.ROOT, "bytes=%.1f%n", each - MEMORY);
            taken.forEach(BenchWasm.Taken::giveBack);
        } finally {
            WorkFolder.remove(folder);
        }
    }
}
