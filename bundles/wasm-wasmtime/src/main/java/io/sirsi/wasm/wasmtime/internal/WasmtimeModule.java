package io.sirsi.wasm.wasmtime.internal;

import io.github.kawamuray.wasmtime.Module;
import io.sirsi.spi.wasm.FunctionType;
import io.sirsi.spi.wasm.HostFunction;
import io.sirsi.spi.wasm.WasmEngine.CompiledModule;
import io.sirsi.spi.wasm.WasmEngine.WasmInstance;
import io.sirsi.spi.wasm.WasmRejectedException;
import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.spi.wasm.WasmTrap.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
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
        List<HostFunction> wanted = link(imports);
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

    private List<HostFunction> link(List<HostFunction> offered) throws WasmRejectedException {
        Map<String, HostFunction> byName = new HashMap<>();
        offered.forEach(each -> byName.putIfAbsent(each.module() + '\0' + each.name(), each));
        List<HostFunction> wanted = new ArrayList<>();
        for (ModuleShape.Import each : shape.imports()) {
            HostFunction function = byName.get(each.module() + '\0' + each.name());
            if (function == null) {
                throw new WasmRejectedException(
                        "the module imports '"
                                + each.module()
                                + "."
                                + each.name()
                                + "', which the host does not have");
            }
            if (!function.type().equals(each.type())) {
                throw new WasmRejectedException(
                        "the module imports '"
                                + each.module()
                                + "."
                                + each.name()
                                + "' as "
                                + each.type()
                                + ", and the host has "
                                + function.type());
            }
            wanted.add(function);
        }
        return wanted;
    }
}
