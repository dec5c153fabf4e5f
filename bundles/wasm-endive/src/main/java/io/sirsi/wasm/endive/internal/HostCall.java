package io.sirsi.wasm.endive.internal;

import io.sirsi.spi.wasm.HostFunction;
import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.spi.wasm.WasmTraps;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.endive.runtime.Instance;
import run.endive.runtime.WasmFunctionHandle;

/** A host function, as the engine calls it. */
final class HostCall implements WasmFunctionHandle {

    private static final Logger LOG = LoggerFactory.getLogger(HostCall.class);

    private final HostFunction function;
    private final HostView memory;
    private final Export.Shape parameters;
    private final Export.Shape results;

    HostCall(HostFunction function, HostView memory) {
        this.function = function;
        this.memory = memory;
        this.parameters = new Export.Shape(function.type().parameters());
        this.results = new Export.Shape(function.type().results());
    }

    @Override
    public long[] apply(Instance instance, long... arguments) {
        long[] values;
        try {
            parameters.normalise(arguments);
            values = function.body().call(memory, arguments);
        } catch (WasmTrap e) {
            throw new HostTrap(e);
        } catch (StackOverflowError | OutOfMemoryError e) {
            throw e;
        } catch (Exception | Error e) {
            LOG.error("host function {}.{} failed", function.module(), function.name(), e);
            throw hostTrap("failed: " + e.getClass().getSimpleName());
        }
        int count = values == null ? 0 : values.length;
        if (values == null || count != results.count()) {
            LOG.error(
                    "host function {}.{} gave {} results instead of {}",
                    function.module(),
                    function.name(),
                    count,
                    results.count());
            throw hostTrap("gave " + count + " results");
        }
        return values;
    }

    private HostTrap hostTrap(String what) {
        return new HostTrap(WasmTraps.host(function, what));
    }
}
