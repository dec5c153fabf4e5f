package io.sirsi.wasm.endive.internal;

import io.sirsi.spi.wasm.EngineLimits;
import io.sirsi.spi.wasm.FunctionType;
import io.sirsi.spi.wasm.HostFunction;
import io.sirsi.spi.wasm.HostImport;
import io.sirsi.spi.wasm.WasmEngine.CompiledModule;
import io.sirsi.spi.wasm.WasmEngine.WasmInstance;
import io.sirsi.spi.wasm.WasmRejectedException;
import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.spi.wasm.WasmTraps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.ImportFunction;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.runtime.Memory;
import run.endive.wasm.InvalidException;
import run.endive.wasm.UninstantiableException;
import run.endive.wasm.UnlinkableException;
import run.endive.wasm.WasmModule;

/** A module whose functions are byte code. */
final class EndiveModule implements CompiledModule {

    private final WasmModule module;
    private final ModuleShape shape;
    private final Function<Instance, Machine> machines;
    private final EngineLimits limits;
    private final Watchdog watchdog;
    private final Map<String, FunctionType> exports;
    private volatile MemoryImage newestImage = MemoryImage.NONE;
    private final Runnable release;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * What was compiled.
     *
     * @param module what the engine keeps of it
     * @param shape what it shows to the outside
     * @param machines makes what runs its functions in an instance
     * @param release called once when the module is closed
     */
    record Code(
            WasmModule module,
            ModuleShape shape,
            Function<Instance, Machine> machines,
            Runnable release) {}

    EndiveModule(Code code, EngineLimits limits, Watchdog watchdog) {
        this.module = code.module();
        this.shape = code.shape();
        this.machines = code.machines();
        this.release = code.release();
        this.limits = limits;
        this.watchdog = watchdog;
        this.exports =
                shape.exports().entrySet().stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        Map.Entry::getKey, entry -> entry.getValue().type()));
    }

    @Override
    public WasmInstance instantiate(List<HostFunction> imports, Duration limit)
            throws WasmRejectedException, WasmTrap {
        if (closed.get()) {
            throw new IllegalStateException("the module is closed");
        }
        List<HostFunction> wanted = HostImport.link(shape.imports(), imports);
        long nanos = EndiveInstance.nanos(limit);
        CallSlot slot = new CallSlot(watchdog);
        slot.enter(nanos);
        WasmRejectedException rejection;
        Throwable failure;
        try {
            if (nanos > 0 && !Thread.currentThread().isInterrupted()) {
                EndiveInstance instance = build(slot, wanted);
                slot.leave(false);
                return instance;
            }
            failure = new HostTrap(nanos > 0 ? WasmTraps.interrupted() : WasmTraps.deadline());
        } catch (Throwable e) {
            failure = e;
        }
        WasmTrap trap = EndiveInstance.ended(slot, failure);
        rejection = rejection(failure);
        if (rejection != null) {
            throw rejection;
        }
        throw trap;
    }

    @Override
    public Map<String, FunctionType> exports() {
        return exports;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            release.run();
        }
    }

    private EndiveInstance build(CallSlot slot, List<HostFunction> wanted) {
        List<GuestTable> tables = new ArrayList<>();
        int pages = Math.min(limits.memoryPages(), Memory.RUNTIME_MAX_PAGES);
        GuestMemory memory =
                shape.hasMemory()
                        ? new GuestMemory(
                                shape.minPages(),
                                Math.max(shape.minPages(), Math.min(shape.maxPages(), pages)))
                        : null;
        HostView view = new HostView(slot, memory);
        Instance instance =
                Instance.builder(module)
                        .withMachineFactory(machines)
                        .withImportValues(values(wanted, view))
                        .withMemoryFactory(ignored -> nonNull(memory))
                        .withTableFactory(
                                (table, initial) -> {
                                    GuestTable made =
                                            new GuestTable(table, initial, limits.tableElements());
                                    tables.add(made);
                                    return made;
                                })
                        .withStart(false)
                        .build();
        return new EndiveInstance(
                slot,
                shape.exports(),
                instance,
                view,
                new EndiveInstance.Beginning(
                        instance,
                        memory,
                        image(memory),
                        tables,
                        module.elementSection().elements()));
    }

    private MemoryImage image(@Nullable GuestMemory memory) {
        if (memory == null) {
            return MemoryImage.NONE;
        }
        MemoryImage image = memory.image(newestImage);
        newestImage = image;
        return image;
    }

    private ImportValues values(List<HostFunction> wanted, HostView view) {
        ImportValues.Builder values = ImportValues.builder();
        for (HostFunction function : wanted) {
            HostCall call = new HostCall(function, view);
            values.addFunction(
                    new ImportFunction(
                            function.module(),
                            function.name(),
                            ModuleShape.toEngine(function.type()),
                            call));
        }
        return values.build();
    }

    private static GuestMemory nonNull(@Nullable GuestMemory memory) {
        if (memory == null) {
            throw new InvalidException("the module has no memory");
        }
        return memory;
    }

    /* What the engine throws before the start function runs; traps of that come as other types. */
    private static @Nullable WasmRejectedException rejection(Throwable failure) {
        if (failure instanceof UnlinkableException
                || failure instanceof InvalidException
                || (failure instanceof UninstantiableException && failure.getCause() == null)) {
            return new WasmRejectedException(
                    "the module cannot be instantiated: " + WasmTraps.words(failure));
        }
        return null;
    }
}
