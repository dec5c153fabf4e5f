package io.sirsi.bench.wasm;

import io.sirsi.bench.harness.UnavailableException;
import io.sirsi.spi.wasm.WasmEngine;
import io.sirsi.wasm.endive.internal.BenchEndive;
import io.sirsi.wasm.wasmtime.internal.BenchWasmtime;
import java.util.Locale;

/** The engines that there are. */
enum EngineKind {
    /** Byte code of the JVM. */
    ENDIVE,
    /** Native code. */
    WASMTIME;

    /** One of ours that runs. */
    interface Running extends AutoCloseable {

        WasmEngine engine();

        @Override
        void close();
    }

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * {@return it as it comes}
     *
     * @throws UnavailableException if it does not run on this machine
     */
    RawEngine raw() throws UnavailableException {
        try {
            return this == ENDIVE ? new RawEndive() : new RawWasmtime();
        } catch (LinkageError e) {
            throw missing(e);
        }
    }

    /**
     * {@return it as a node has it}
     *
     * @throws UnavailableException if it does not run on this machine
     */
    Running ours() throws UnavailableException {
        try {
            return this == ENDIVE ? endive() : wasmtime();
        } catch (LinkageError e) {
            throw missing(e);
        }
    }

    private static Running endive() {
        BenchEndive started = new BenchEndive();
        return running(started.engine(), started::close);
    }

    private static Running wasmtime() {
        BenchWasmtime started = new BenchWasmtime();
        return running(started.engine(), started::close);
    }

    private static Running running(WasmEngine engine, Runnable stop) {
        return new Running() {
            @Override
            public WasmEngine engine() {
                return engine;
            }

            @Override
            public void close() {
                stop.run();
            }
        };
    }

    private UnavailableException missing(LinkageError why) {
        return new UnavailableException(id() + " cannot be loaded here: " + why.getMessage());
    }
}
