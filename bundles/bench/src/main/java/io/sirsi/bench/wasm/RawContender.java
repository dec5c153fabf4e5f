package io.sirsi.bench.wasm;

import io.sirsi.bench.harness.Figures;
import io.sirsi.bench.harness.SelfTimed;
import io.sirsi.bench.harness.UnavailableException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The limit of a row: an engine as it comes, doing one thing. */
final class RawContender implements SelfTimed {

    private final EngineKind kind;
    private final String settings;
    private final Setup setup;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private @Nullable Work work;

    /** Makes the work ready. */
    @FunctionalInterface
    interface Setup {

        /**
         * {@return the work}
         *
         * @param engine the engine
         * @param open what is to be closed in the end, the newest first
         */
        Work with(RawEngine engine, Deque<AutoCloseable> open) throws Exception;
    }

    /** The work. */
    @FunctionalInterface
    interface Work {

        /** {@return what was measured} */
        Figures run() throws Exception;
    }

    RawContender(EngineKind kind, String settings, Setup setup) {
        this.kind = kind;
        this.settings = settings;
        this.setup = setup;
    }

    @Override
    public String id() {
        return kind.id();
    }

    @Override
    public String durability() {
        return settings;
    }

    @Override
    public void start() throws Exception {
        RawEngine engine = kind.raw();
        open.push(engine);
        work = setup.with(engine, open);
    }

    @Override
    public Figures measure() throws Exception {
        Work ready = work;
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
