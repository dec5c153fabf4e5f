package io.sirsi.bench.wasm;

import io.sirsi.bench.harness.Figures;
import io.sirsi.bench.harness.Measure;
import io.sirsi.bench.harness.Samples;
import io.sirsi.bench.harness.Scenario;
import io.sirsi.bench.harness.WorkFolder;
import io.sirsi.bench.scenario.Alone;
import io.sirsi.spi.agent.Agent;
import io.sirsi.wasm.ModuleFile;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A whole task in a guest that answers at once. */
final class TaskRow {

    private static final String TASK = "task";
    private static final String VERSION = "1.0.0";
    private static final String ANSWER = "\"" + VERSION + "\"";
    private static final int BLOCK = 20;

    /** As large as the envelope that ours writes. */
    private static final byte[] ENVELOPE =
            ("{\"abi\":1,\"task\":{\"id\":\"t-00000000000000000000000000\",\"type\":\"bench\","
                            + "\"attempt\":1,\"remainingMs\":59999,\"input\":{\"scan\":\"latest\"},"
                            + "\"labels\":{},\"resumeToken\":null},\"agent\":{\"id\":\"bench-1\","
                            + "\"type\":\"bench\",\"session\":\"s-00000000000000000000000001\"},"
                            + "\"config\":{}}")
                    .getBytes(StandardCharsets.UTF_8);

    private TaskRow() {}

    static Scenario on(EngineKind kind, WorkFolder folder, Sizes sizes) {
        String id = "task-" + kind.id();
        ModuleFile guest = Guests.answering(VERSION, 0);
        return new Alone(
                id,
                "a task in a guest that answers at once",
                List.of(
                        new RawContender(
                                kind,
                                "alloc, write, handle, read, always in one instance",
                                (engine, open) -> {
                                    RawEngine.Module module = engine.compile(guest.binary());
                                    open.push(module);
                                    RawEngine.Guest one = module.instantiate();
                                    open.push(one);
                                    Exchange exchange =
                                            new Exchange(
                                                    one,
                                                    one.function("alloc"),
                                                    one.function("handle"));
                                    return () -> timed(sizes, exchange::run);
                                }),
                        new OurContender(
                                kind,
                                "agent, pool, envelope, outcome, a fresh beginning for each task",
                                (engine, open) -> {
                                    LoaderNode node = new LoaderNode(folder, engine, guest);
                                    open.push(node);
                                    Agent agent = node.agent(1);
                                    return () -> timed(sizes, () -> LoaderNode.output(agent));
                                })),
                List.of(
                        new Measure(
                                id,
                                "a whole task, envelope in and outcome out",
                                TASK,
                                Measure.Unit.MICROS)),
                sizes.pace());
    }

    @FunctionalInterface
    private interface Answering {
        String answer() throws Exception;
    }

    private static Figures timed(Sizes sizes, Answering task) throws Exception {
        return Figures.of(TASK, Samples.median(sizes.samples(), () -> time(task)) / 1e3);
    }

    private static double time(Answering task) throws Exception {
        long begin = System.nanoTime();
        String last = "";
        for (int i = 0; i < BLOCK; i++) {
            last = task.answer();
        }
        double nanos = (System.nanoTime() - begin) / (double) BLOCK;
        if (!last.endsWith(ANSWER) && !last.endsWith(ANSWER + "}")) {
            throw new IllegalStateException("the guest has answered " + last);
        }
        return nanos;
    }

    /** What the ABI asks for at least. */
    private record Exchange(
            RawEngine.Guest guest, RawEngine.Export alloc, RawEngine.Export handle) {

        String run() {
            int address = (int) alloc.call(ENVELOPE.length)[0];
            guest.write(address, ENVELOPE);
            long packed = handle.call(address, ENVELOPE.length)[0];
            return new String(
                    guest.read((int) (packed >>> 32), (int) packed), StandardCharsets.UTF_8);
        }
    }
}
