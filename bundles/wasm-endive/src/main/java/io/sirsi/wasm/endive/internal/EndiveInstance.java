package io.sirsi.wasm.endive.internal;

import io.sirsi.spi.wasm.WasmEngine.WasmInstance;
import io.sirsi.spi.wasm.WasmMemory;
import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.spi.wasm.WasmTrap.Kind;
import io.sirsi.spi.wasm.WasmTraps;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.GlobalInstance;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.wasm.types.Element;
import run.endive.wasm.types.MutabilityType;

/** A running copy of a module, in the heap. */
final class EndiveInstance implements WasmInstance {

    private static final long MAX_SECONDS = 1_000_000_000;
    private static final long NANOS = 1_000_000_000;
    private static final long[] NOTHING = {};

    private final CallSlot slot;
    private final Map<String, Export> exports;
    private final Instance instance;
    private final Machine machine;
    private final HostView view;
    private final Beginning beginning;

    EndiveInstance(
            CallSlot slot,
            Map<String, Export> exports,
            Instance instance,
            HostView view,
            Beginning beginning) {
        this.slot = slot;
        this.exports = exports;
        this.instance = instance;
        this.machine = instance.getMachine();
        this.view = view;
        this.beginning = beginning;
    }

    @Override
    public long[] call(String export, Duration limit, long... arguments) throws WasmTrap {
        Export function = exports.get(export);
        if (function == null) {
            throw new IllegalArgumentException("the guest exports no function '" + export + "'");
        }
        if (arguments.length != function.type().parameters().size()) {
            throw new IllegalArgumentException(
                    "'"
                            + export
                            + "' is "
                            + function.type()
                            + " and was given "
                            + arguments.length
                            + " arguments");
        }
        long nanos = nanos(limit);
        slot.enter(nanos);
        Throwable failure;
        try {
            if (nanos > 0 && !Thread.currentThread().isInterrupted()) {
                long[] results =
                        results(machine.call(function.index(), arguments), function.shape());
                slot.leave(false);
                return results;
            }
            failure = new HostTrap(nanos > 0 ? WasmTraps.interrupted() : WasmTraps.deadline());
        } catch (Throwable e) {
            failure = e;
        }
        throw ended(slot, failure);
    }

    /** Ends a call that did not return, and says why it did not. */
    static WasmTrap ended(CallSlot slot, Throwable failure) {
        CallSlot.Ending ending = slot.leave(true);
        WasmTrap trap = Traps.of(failure);
        return trap.kind() == Kind.INTERRUPTED && ending == CallSlot.Ending.TIMED_OUT
                ? WasmTraps.deadline()
                : trap;
    }

    /** {@return a duration in ns, at most some thirty years} */
    static long nanos(Duration limit) {
        return limit.getSeconds() >= MAX_SECONDS
                ? MAX_SECONDS * NANOS
                : limit.getSeconds() * NANOS + limit.getNano();
    }

    @Override
    public WasmMemory memory() {
        if (slot.closed()) {
            throw new IllegalStateException("the instance is closed");
        }
        return view;
    }

    @Override
    public boolean reset() {
        if (!slot.usable()) {
            return false;
        }
        slot.enter(MAX_SECONDS * NANOS);
        try {
            beginning.restore(instance);
            slot.leave(false);
            return true;
        } catch (OutOfMemoryError e) {
            slot.leave(true);
            return false;
        }
    }

    @Override
    public boolean usable() {
        return slot.usable();
    }

    @Override
    public void close() {
        if (slot.close()) {
            beginning.release();
        }
    }

    private static long[] results(long @Nullable [] results, Export.Shape shape) {
        if (results == null) {
            return NOTHING;
        }
        shape.normalise(results);
        return results;
    }

    /** How an instance was when it was made, as far as it can change. */
    static final class Beginning {

        private final @Nullable GuestMemory memory;
        private final MemoryImage image;
        private final List<GuestTable> tables;
        private final Element[] elements;
        private final long[] globals;

        /** Remembers how it is now. */
        Beginning(
                Instance instance,
                @Nullable GuestMemory memory,
                MemoryImage image,
                List<GuestTable> tables,
                Element[] elements) {
            this.memory = memory;
            this.image = image;
            this.tables = tables;
            this.elements = elements;
            this.globals = new long[instance.globalCount()];
            for (int i = 0; i < globals.length; i++) {
                globals[i] = instance.global(i).getValueLow();
            }
            tables.forEach(GuestTable::seal);
        }

        void restore(Instance instance) {
            if (memory != null) {
                memory.restore(image);
            }
            tables.forEach(GuestTable::restore);
            for (int i = 0; i < elements.length; i++) {
                instance.setElement(i, elements[i]);
            }
            for (int i = 0; i < globals.length; i++) {
                GlobalInstance global = instance.global(i);
                if (global.getMutabilityType() == MutabilityType.Var) {
                    global.setValueLow(globals[i]);
                }
            }
        }

        void release() {
            if (memory != null) {
                memory.release();
            }
        }
    }
}
