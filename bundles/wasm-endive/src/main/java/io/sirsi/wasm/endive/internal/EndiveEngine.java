package io.sirsi.wasm.endive.internal;

import io.sirsi.spi.wasm.EngineAbilities;
import io.sirsi.spi.wasm.EngineLimits;
import io.sirsi.spi.wasm.WasmEngine;
import io.sirsi.spi.wasm.WasmRejectedException;
import io.sirsi.spi.wasm.WasmTraps;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import run.endive.compiler.InterpreterFallback;
import run.endive.compiler.internal.ClassLoadingCollector;
import run.endive.compiler.internal.Compiler;
import run.endive.compiler.internal.CompilerResult;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.wasm.Parser;
import run.endive.wasm.Version;
import run.endive.wasm.WasmModule;

/** Runs WebAssembly as byte code of the JVM; functions that are too large for it, interpreted. */
@Component(property = WasmEngine.NAME_PROPERTY + "=" + EndiveEngine.NAME)
public final class EndiveEngine implements WasmEngine {

    static final String NAME = "endive";

    private static final int CROSSING_NANOS = 25;
    private static final long COMPILE_WAIT_MINUTES = 5;

    private final Watchdog watchdog = new Watchdog("wasm-endive-watchdog");
    private final Interpreted interpreted = new Interpreted();
    private final ReentrantLock compiling = new ReentrantLock();

    /** Made by Declarative Services. */
    @Activate
    public EndiveEngine() {}

    /** Begins to watch deadlines. */
    @Activate
    public void start() {
        watchdog.start();
    }

    /** Ends all guests that run, and takes no more calls. */
    @Deactivate
    public void stop() {
        watchdog.close();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String version() {
        return Version.version();
    }

    @Override
    public EngineAbilities abilities() {
        return new EngineAbilities(true, false, true, true, CROSSING_NANOS);
    }

    /** {@inheritDoc} One module at a time; others wait for at most five minutes. */
    @Override
    public CompiledModule compile(byte[] binary, EngineLimits limits) throws WasmRejectedException {
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
            WasmModule module = NanBits.specified(Parser.parse(binary));
            ModuleShape shape = ModuleShape.of(module, limits);
            CompileCost.check(module);
            CompilerResult compiled =
                    Compiler.builder(module)
                            .withInterpreterFallback(InterpreterFallback.SILENT)
                            .withClassCollectorFactory(ClassLoadingCollector::new)
                            .build()
                            .compile();
            Function<Instance, Machine> machines =
                    ((ClassLoadingCollector) compiled.collector()).machineFactory();
            long taken = interpreted.take(compiled.interpretedFunctions(), module);
            return new EndiveModule(
                    new EndiveModule.Code(
                            Bodies.keepOnly(compiled.interpretedFunctions(), module),
                            shape,
                            machines,
                            () -> interpreted.giveBack(taken)),
                    limits,
                    watchdog);
        } catch (StackOverflowError e) {
            throw new WasmRejectedException("the module is nested too deeply to be compiled");
        } catch (OutOfMemoryError e) {
            throw new WasmRejectedException(
                    "the module needs more memory to be compiled than the node's heap has");
        } catch (RuntimeException | LinkageError | AssertionError e) {
            throw new WasmRejectedException("the module is not valid: " + WasmTraps.words(e));
        } finally {
            compiling.unlock();
        }
    }
}
