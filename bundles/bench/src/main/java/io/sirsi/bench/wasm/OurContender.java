package io.sirsi.bench.wasm;

import io.sirsi.bench.harness.Contender;
import io.sirsi.bench.harness.Figures;
import io.sirsi.bench.harness.SelfTimed;
import io.sirsi.bench.harness.UnavailableException;
import io.sirsi.spi.wasm.WasmEngine;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Ours, doing one thing on one engine. */
final class OurContender implements SelfTimed {

    private final EngineKind kind;
    private final String settings;
    private final Setup setup;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private RawContender.@Nullable Work work;

    /** Makes the work ready. */
    @FunctionalInterface
    interface Setup {

        /**
         * {@return the work}
         *
         * @param engine the engine, as a node has it
         * @param open what is to be closed in the end, the newest first
         */
        RawContender.Work with(WasmEngine engine, Deque<AutoCloseable> open) throws Exception;
    }

    OurContender(EngineKind kind, String settings, Setup setup) {
        this.kind = kind;
        this.settings = settings;
        this.setup = setup;
    }

    @Override
    public String id() {
        return Contender.OURS;
    }

    @Override
    public String durability() {
        return settings;
    }

    @Override
    public void start() throws Exception {
        EngineKind.Running running = kind.ours();
        open.push(running);
        work = setup.with(running.engine(), open);
    }

    @Override
    public Figures measure() throws Exception {
        RawContender.Work ready = work;
        if (ready == null) {
            throw new UnavailableException("it was not started");
        }
        return ready.run();
    }

    @Override
    public void close() {
        work = null;
        Closing.all(open);
    }
}
