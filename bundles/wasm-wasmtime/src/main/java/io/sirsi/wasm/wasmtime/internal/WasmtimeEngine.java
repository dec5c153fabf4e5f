package io.sirsi.wasm.wasmtime.internal;

import io.github.kawamuray.wasmtime.Config;
import io.github.kawamuray.wasmtime.Engine;
import io.github.kawamuray.wasmtime.Module;
import io.github.kawamuray.wasmtime.Store;
import io.sirsi.spi.wasm.EngineAbilities;
import io.sirsi.spi.wasm.EngineLimits;
import io.sirsi.spi.wasm.WasmEngine;
import io.sirsi.spi.wasm.WasmRejectedException;
import io.sirsi.spi.wasm.WasmTraps;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs WebAssembly as native code. A handle of the binding is a lock that a compilation holds for
 * seconds, so there are three of the one engine: to compile, to make stores, and for the clock.
 */
final class WasmtimeEngine implements WasmEngine, AutoCloseable {

    static final String NAME = "wasmtime";

    private static final Logger LOG = LoggerFactory.getLogger(WasmtimeEngine.class);

    /* What the binding 0.19.0 carries; it does not tell. */
    private static final String VERSION = "7.0.1";
    private static final int CROSSING_NANOS = 13_000;
    private static final long COMPILE_WAIT_MINUTES = 5;
    private static final long STOP_MILLIS = 5_000;
    private static final long DISPOSAL_MILLIS = 200;
    private static final long POLL_NANOS = 200_000;
    private static final int HEADER = 8;
    private static final int BINARY_MAGIC = 0x6D736100;

    private final Engine compiler;
    private final Engine stores;
    private final Engine clock;
    private final Ticker ticker;
    private final Semaphore permits;
    private final int maxInstances;
    private final ReentrantLock compiling = new ReentrantLock();
    private final Set<WasmtimeInstance> live = ConcurrentHashMap.newKeySet();
    private final AtomicLong instanceNumbers = new AtomicLong();
    private volatile boolean closed;

    /**
     * Loads the native library and starts; leaves no copy of it among the temporary files.
     *
     * @throws LinkageError if the library cannot be loaded
     * @throws RuntimeException if native access is denied
     */
    static WasmtimeEngine load(Settings settings) {
        NativeCopies copies =
                new NativeCopies(
                        Path.of(System.getProperty("java.io.tmpdir", "/tmp")), Path.of("/proc"));
        copies.removeLeftOvers();
        WasmtimeEngine engine = new WasmtimeEngine(settings);
        copies.removeOwn();
        return engine;
    }

    private WasmtimeEngine(Settings settings) {
        try (Config config = new Config()) {
            config.epochInterruption(true);
            compiler = new Engine(config);
        }
        stores = anotherHandle();
        clock = anotherHandle();
        ticker = new Ticker(clock::incrementEpoch, settings.tickMs(), "wasm-wasmtime-ticker");
        maxInstances = settings.maxInstances();
        permits = new Semaphore(maxInstances);
        ticker.start();
    }

    private Engine anotherHandle() {
        try (Store<Object> store = new Store<>(this, compiler)) {
            return store.engine();
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String version() {
        return VERSION;
    }

    @Override
    public EngineAbilities abilities() {
        return new EngineAbilities(true, true, false, false, CROSSING_NANOS);
    }

    /** {@inheritDoc} One module at a time; others wait for at most five minutes. */
    @Override
    public CompiledModule compile(byte[] binary, EngineLimits limits) throws WasmRejectedException {
        byte[] copy = binary.clone();
        if (copy.length < HEADER || littleEndian(copy) != BINARY_MAGIC) {
            throw new WasmRejectedException("this is not a module of WebAssembly");
        }
        try {
            if (!compiling.tryLock(COMPILE_WAIT_MINUTES, TimeUnit.MINUTES)) {
                throw new WasmRejectedException(
                        "other modules were being compiled for five minutes; try it again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WasmRejectedException("the wait for the compiler was interrupted");
        }
        try {
            if (closed) {
                throw new IllegalStateException("the engine was stopped");
            }
            ModuleShape shape = ModuleShape.of(copy, limits);
            Module module = module(ModuleShape.withoutStart(copy, limits));
            return new WasmtimeModule(this, module, shape);
        } catch (StackOverflowError | OutOfMemoryError e) {
            throw new WasmRejectedException("the module is too large to be compiled");
        } finally {
            compiling.unlock();
        }
    }

    private Module module(byte[] binary) throws WasmRejectedException {
        try {
            return Module.fromBinary(compiler, binary);
        } catch (RuntimeException e) {
            throw new WasmRejectedException("the module is not valid: " + WasmTraps.words(e));
        }
    }

    private static int littleEndian(byte[] bytes) {
        return (bytes[0] & 0xFF)
                | (bytes[1] & 0xFF) << 8
                | (bytes[2] & 0xFF) << 16
                | (bytes[3] & 0xFF) << 24;
    }

    /** {@return a store without anything in it} */
    synchronized Store<Object> newStore() {
        return new Store<>(this, stores);
    }

    Ticker ticker() {
        return ticker;
    }

    int maxInstances() {
        return maxInstances;
    }

    /**
     * {@return the number of one more instance, or -1 if there are as many as there may be} Waits a
     * moment for one that was closed and is still being disposed of.
     */
    long admit() {
        return !closed && (permits.tryAcquire() || permitSoon())
                ? instanceNumbers.incrementAndGet()
                : -1;
    }

    private boolean permitSoon() {
        try {
            return permits.tryAcquire(DISPOSAL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException leaving) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * An instance is about to be made.
     *
     * @throws IllegalStateException if the engine was stopped meanwhile; then it must be given up
     */
    void born(WasmtimeInstance instance) {
        live.add(instance);
        if (closed) {
            throw new IllegalStateException("the engine was stopped");
        }
    }

    void gone(WasmtimeInstance instance) {
        if (live.remove(instance)) {
            permits.release();
        }
    }

    /**
     * Ends all guests and releases everything. Waits for host functions for at most five seconds.
     */
    @Override
    public void close() {
        compiling.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            compiling.unlock();
        }
        live.forEach(WasmtimeInstance::abandon);
        boolean still = !ticker.close(STOP_MILLIS);
        long end = System.nanoTime() + STOP_MILLIS * 1_000_000;
        while (!live.isEmpty() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(this, POLL_NANOS);
        }
        if (still || !live.isEmpty()) {
            // A handle that is disposed of while it is used would end the process.
            LOG.warn(
                    "{} guests of the engine 'wasmtime' have not ended; what it holds is not given"
                            + " back",
                    live.size());
            return;
        }
        clock.dispose();
        stores.dispose();
        compiler.dispose();
    }
}
