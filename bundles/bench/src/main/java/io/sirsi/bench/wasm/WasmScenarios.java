package io.sirsi.bench.wasm;

import io.sirsi.bench.harness.Allowance;
import io.sirsi.bench.harness.Contender;
import io.sirsi.bench.harness.Figures;
import io.sirsi.bench.harness.JavaProcess;
import io.sirsi.bench.harness.Measure;
import io.sirsi.bench.harness.Measure.Unit;
import io.sirsi.bench.harness.Scenario;
import io.sirsi.bench.harness.WorkFolder;
import io.sirsi.bench.scenario.Alone;
import io.sirsi.bench.scenario.SchedulerScenarios.Effort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The rows about guests of WebAssembly. */
public final class WasmScenarios {

    /** A copy of the library more is one too many. */
    private static final double UNCHANGED = 1;

    private static final double FIVE_PER_CENT_MORE = 1.05;
    private static final double BYTES_AN_INSTANCE = 150_000;

    private final WorkFolder folder;
    private final Sizes sizes;

    /**
     * Makes them.
     *
     * @param folder where modules are kept and watched
     * @param effort how long it may take
     */
    public WasmScenarios(WorkFolder folder, Effort effort) {
        this.folder = folder;
        this.sizes = Sizes.of(effort);
    }

    /** {@return all scenarios, in the order of the table} */
    public List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        for (EngineKind kind : EngineKind.values()) {
            all.add(PoolRow.on(kind, folder, sizes));
        }
        for (EngineKind kind : EngineKind.values()) {
            all.add(CallRow.on(kind, sizes));
        }
        for (EngineKind kind : EngineKind.values()) {
            all.add(TaskRow.on(kind, folder, sizes));
        }
        for (EngineKind kind : EngineKind.values()) {
            all.add(ReloadRow.on(kind, folder, sizes));
        }
        for (EngineKind kind : EngineKind.values()) {
            all.add(manyReloads(kind));
        }
        all.add(instances());
        all.add(compute("compute-node", "as a node's JVM is set", Probe.NODE_OPTIONS));
        all.add(compute("compute-full", "with all compilers of the JVM", Probe.ALL_TIERS));
        all.add(AdmissionRow.scenario(folder, sizes));
        return all;
    }

    private Scenario manyReloads(EngineKind kind) {
        String id = "reload-200-" + kind.id();
        String since = " after " + sizes.reloads() + " reloads, of that after 20";
        List<Measure> measures = new ArrayList<>();
        measures.add(new Measure(id, "calls that succeed, of all", "answered", Unit.TIMES));
        measures.add(new Measure(id + "-heap", "heap" + since, "heap", Unit.TIMES));
        measures.add(new Measure(id + "-classes", "metaspace" + since, "classes", Unit.TIMES));
        if (kind == EngineKind.WASMTIME) {
            measures.add(
                    new Measure(
                            id + "-copies",
                            "mapped copies of the native library" + since,
                            "copies",
                            Unit.TIMES));
        }
        return new Alone(
                id,
                sizes.reloads() + " hot reloads while two threads call",
                List.of(
                        new Allowance(
                                new Figures(
                                        Map.of(
                                                "answered",
                                                UNCHANGED,
                                                "heap",
                                                FIVE_PER_CENT_MORE,
                                                "classes",
                                                FIVE_PER_CENT_MORE,
                                                "copies",
                                                UNCHANGED)),
                                "no call fails; 5 % more; no copy more"),
                        new Probe(
                                Contender.OURS,
                                "a JVM of its own, with a node's options",
                                new JavaProcess(Probe.NODE_OPTIONS, ReloadProbe.class),
                                List.of(
                                        folder.path().toString(),
                                        kind.id(),
                                        Integer.toString(sizes.reloads())))),
                measures,
                Alone.Pace.OWN_JVM);
    }

    private Scenario instances() {
        String title = sizes.instances() + " live instances with two pages each, on Endive";
        return new Alone(
                "instances",
                title,
                List.of(
                        new Allowance(Figures.of("bytes", BYTES_AN_INSTANCE), "150 KB an instance"),
                        new Probe(
                                Contender.OURS,
                                "a JVM of its own, with a node's options",
                                new JavaProcess(Probe.NODE_OPTIONS, InstancesProbe.class),
                                List.of(
                                        folder.path().toString(),
                                        Integer.toString(sizes.instances())))),
                List.of(
                        new Measure(
                                "instances",
                                "heap an instance, beyond its memory",
                                "bytes",
                                Unit.BYTES)),
                Alone.Pace.OWN_JVM);
    }

    private Scenario compute(String id, String words, List<String> options) {
        JavaProcess process = new JavaProcess(options, ComputeProbe.class);
        String settings = "a JVM of its own: " + String.join(" ", options);
        return new Alone(
                id,
                "SHA-256 in a guest on Endive, " + words,
                List.of(
                        computing(ComputeProbe.JAVA, ComputeProbe.JAVA, settings, process),
                        computing(Contender.OURS, EngineKind.ENDIVE.id(), settings, process),
                        computing(
                                EngineKind.WASMTIME.id(),
                                EngineKind.WASMTIME.id(),
                                settings,
                                process)),
                List.of(new Measure(id, "SHA-256, of ours on Endive", "rate", Unit.MIB_PER_SECOND)),
                Alone.Pace.OWN_JVM);
    }

    private Probe computing(String id, String who, String settings, JavaProcess process) {
        return new Probe(
                id,
                settings,
                process,
                List.of(who, Double.toString(sizes.seconds()), Integer.toString(sizes.samples())));
    }
}
