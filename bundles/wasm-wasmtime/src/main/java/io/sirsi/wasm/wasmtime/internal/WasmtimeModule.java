package io.sirsi.wasm.wasmtime.internal;

import io.github.kawamuray.wasmtime.Module;
import io.sirsi.spi.wasm.FunctionType;
import io.sirsi.spi.wasm.HostFunction;
import io.sirsi.spi.wasm.HostImport;
import io.sirsi.spi.wasm.WasmEngine.CompiledModule;
import io.sirsi.spi.wasm.WasmEngine.WasmInstance;
import io.sirsi.spi.wasm.WasmRejectedException;
import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.spi.wasm.WasmTrap.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A module as native code. Its handle lives as long as the last of its instances. */
final class WasmtimeModule implements CompiledModule {

    private final WasmtimeEngine engine;
    private final Module module;
    private final ModuleShape shape;
    private int users;
    private boolean closed;

    WasmtimeModule(WasmtimeEngine engine, Module module, ModuleShape shape) {
        this.engine = engine;
        this.module = module;
        this.shape = shape;
    }

    @Override
    public WasmInstance instantiate(List<HostFunction> imports, Duration limit)
            throws WasmRejectedException, WasmTrap {
        List<HostFunction> wanted = HostImport.link(shape.imports(), imports);
        retain();
        long number = engine.admit();
        if (number < 0) {
            release();
            throw new WasmTrap(
                    Kind.OUT_OF_MEMORY,
                    "there are "
                            + engine.maxInstances()
                            + " instances already; close some, or raise maxInstances");
        }
        WasmtimeInstance instance = new WasmtimeInstance(engine, this, shape, number);
        try {
            engine.born(instance);
        } catch (IllegalStateException e) {
            instance.abandon();
            throw e;
        }
        instance.build(module, wanted, limit);
        return instance;
    }

    @Override
    public Map<String, FunctionType> exports() {
        return shape.exports();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            if (users == 0) {
                module.dispose();
            }
        }
    }

    /** An instance uses it. */
    private synchronized void retain() {
        if (closed) {
            throw new IllegalStateException("the module is closed");
        }
        users++;
    }

    /** An instance does not use it any more. */
    synchronized void release() {
        users--;
        if (closed && users == 0) {
            module.dispose();
        }
    }
}
