package io.sirsi.wasm.wasmtime.internal;

import io.github.kawamuray.wasmtime.Extern;
import io.github.kawamuray.wasmtime.Func;
import io.github.kawamuray.wasmtime.Instance;
import io.github.kawamuray.wasmtime.Memory;
import io.github.kawamuray.wasmtime.Module;
import io.github.kawamuray.wasmtime.Store;
import io.github.kawamuray.wasmtime.Val;
import io.sirsi.spi.wasm.FunctionType;
import io.sirsi.spi.wasm.HostFunction;
import io.sirsi.spi.wasm.WasmEngine.Steps;
import io.sirsi.spi.wasm.WasmEngine.WasmInstance;
import io.sirsi.spi.wasm.WasmMemory;
import io.sirsi.spi.wasm.WasmRejectedException;
import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.spi.wasm.WasmTrap.Kind;
import io.sirsi.spi.wasm.WasmTraps;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running copy of a module. Its handles belong to its owner's thread, and to nobody else: a
 * handle that is used after its store was disposed of ends the whole process.
 */
final class WasmtimeInstance implements WasmInstance {

    private enum State {
        USABLE,
        TRAPPED,
        CLOSED
    }

    private static final Logger LOG = LoggerFactory.getLogger(WasmtimeInstance.class);
    private static final long MAX_SECONDS = 1_000_000_000;
    private static final long NANOS = 1_000_000_000;
    private static final long NUDGE_NANOS = 5_000_000;
    private static final long POLL_NANOS = 200_000;

    private final WasmtimeEngine engine;
    private final WasmtimeModule module;
    private final ModuleShape shape;
    private final Owner owner;
    private final OwnedMemory view = new OwnedMemory(this);
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile State state = State.USABLE;
    private volatile boolean abandoned;

    /** Whether the time of whoever waits for a job is up. */
    private volatile boolean timedOut;

    /* Of the owner's thread alone. */
    private final Map<String, Func> functions = new HashMap<>();
    private final List<Func> hostFunctions = new ArrayList<>();
    private @Nullable Store<Object> store;
    private @Nullable Instance instance;
    private @Nullable Memory memory;
    private @Nullable WasmTrap hostTrap;
    private boolean disposed;
    private boolean turning;
    private boolean calling;

    WasmtimeInstance(WasmtimeEngine engine, WasmtimeModule module, ModuleShape shape, long number) {
        this.engine = engine;
        this.module = module;
        this.shape = shape;
        this.owner = new Owner("wasm-wasmtime-" + number);
    }

    /** Instantiates, on the owner's thread; nothing is left if that fails. */
    void build(Module module, List<HostFunction> imports, Duration limit)
            throws WasmRejectedException, WasmTrap {
        Build build = new Build(nanos(limit), module, imports);
        WasmTrap trap = take(build);
        if (trap == null) {
            return;
        }
        if (trap.kind() == Kind.MEMORY && !build.linked) {
            throw new WasmRejectedException(
                    "the module cannot be instantiated: a segment lies outside its memory or table");
        }
        throw trap;
    }

    @Override
    public long[] call(String export, Duration limit, long... arguments) throws WasmTrap {
        FunctionType type = shape.exports().get(export);
        if (type == null) {
            throw new IllegalArgumentException("the guest exports no function '" + export + "'");
        }
        if (arguments.length != type.parameters().size()) {
            throw new IllegalArgumentException(
                    "'"
                            + export
                            + "' is "
                            + type
                            + " and was given "
                            + arguments.length
                            + " arguments");
        }
        Val[] values = Values.toBinding(type.parameters(), arguments);
        Call call = new Call(nanos(limit), export, type, values);
        WasmTrap trap = owner.isCurrent() ? within(call) : take(call);
        if (trap != null) {
            throw trap;
        }
        return call.results;
    }

    @Override
    public <T> T turn(Duration limit, Steps<T> steps) throws WasmTrap {
        if (owner.isCurrent()) {
            return steps.take();
        }
        Several<T> several = new Several<>(nanos(limit), steps);
        WasmTrap trap = take(several);
        if (trap != null) {
            throw trap;
        }
        return several.result();
    }

    @Override
    public WasmMemory memory() {
        refuseUnlessUsable();
        return view;
    }

    /** {@inheritDoc} It never can: the binding neither tells nor sets what a guest has changed. */
    @Override
    public boolean reset() {
        return false;
    }

    @Override
    public boolean usable() {
        return state == State.USABLE;
    }

    @Override
    public void close() {
        if (owner.isCurrent()) {
            throw new IllegalStateException(
                    "an instance cannot be closed by a host function that it calls");
        }
        boolean interrupted = false;
        while (state != State.CLOSED && !busy.compareAndSet(false, true)) {
            LockSupport.parkNanos(this, POLL_NANOS);
            interrupted |= Thread.interrupted();
        }
        if (state != State.CLOSED) {
            state = State.CLOSED;
            busy.set(false);
            owner.submit(this::dispose); // unmapping takes as long as a short task
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Gives it up without waiting: it is disposed of when its guest has ended. */
    void abandon() {
        abandoned = true;
        if (state == State.USABLE) {
            state = State.TRAPPED;
        }
        owner.interrupt();
        owner.submit(this::dispose);
    }

    /** {@return what an action on the memory gives, on the owner's thread} */
    <T> T onMemory(MemoryAction<T> action) throws WasmTrap {
        if (owner.isCurrent()) {
            return action.on(buffer());
        }
        refuseUnlessUsable();
        if (!busy.compareAndSet(false, true)) {
            throw inUse();
        }
        try {
            refuseUnlessUsable();
            List<T> results = new ArrayList<>(1);
            List<Throwable> failures = new ArrayList<>(1);
            awaitCalmly(
                    owner.submit(
                            () -> {
                                try {
                                    results.add(action.on(buffer()));
                                } catch (WasmTrap | RuntimeException | Error e) {
                                    failures.add(e);
                                }
                            }));
            if (failures.isEmpty()) {
                if (results.isEmpty()) {
                    throw new IllegalStateException("the instance is closed");
                }
                return results.get(0);
            }
            if (failures.get(0) instanceof WasmTrap trap) {
                throw trap;
            }
            throw new IllegalStateException("the memory cannot be reached", failures.get(0));
        } finally {
            busy.set(false);
        }
    }

    /** Something that is done with the bytes as they are now; the buffer is not kept. */
    @FunctionalInterface
    interface MemoryAction<T> {
        T on(ByteBuffer bytes) throws WasmTrap;
    }

    private ByteBuffer buffer() {
        if (memory == null || store == null) {
            return ByteBuffer.allocate(0);
        }
        return memory.buffer(store).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** What one caller has done on the owner's thread, and waits for. */
    private abstract static class Job implements Runnable {

        final long nanos;
        boolean ran;
        @Nullable WasmTrap trap;

        Job(long nanos) {
            this.nanos = nanos;
        }
    }

    /** Several turns of the guest, with what their host does between them. */
    private final class Several<T> extends Job {

        private final Steps<T> steps;
        private final List<T> given = new ArrayList<>(1);
        private @Nullable Throwable failure;

        Several(long nanos, Steps<T> steps) {
            super(nanos);
            this.steps = steps;
        }

        @Override
        public void run() {
            ran = true;
            turning = true;
            try {
                given.add(steps.take());
            } catch (WasmTrap e) {
                trap = e;
            } catch (RuntimeException | Error e) {
                failure = e;
            } finally {
                turning = false;
            }
        }

        T result() {
            if (failure instanceof RuntimeException e) {
                throw e;
            }
            if (failure instanceof Error e) {
                throw e;
            }
            return given.get(0);
        }
    }

    /** One turn of the guest on the owner's thread. */
    private abstract class Turn extends Job {

        Turn(long nanos) {
            super(nanos);
        }

        abstract void run(Store<Object> into);

        @Override
        public void run() {
            ran = true;
            hostTrap = null;
            long ticks = engine.ticker().enter(nanos);
            try {
                Store<Object> into = store;
                if (into == null) {
                    into = engine.newStore();
                    store = into;
                }
                into.setEpochDeadline(ticks);
                run(into);
            } catch (Throwable e) {
                trap = reason(e);
                dispose();
            } finally {
                engine.ticker().leave();
            }
        }

        private WasmTrap reason(Throwable failure) {
            WasmTrap host = hostTrap;
            if (host == null) {
                return Traps.of(failure);
            }
            return host.kind() == Kind.INTERRUPTED && timedOut ? WasmTraps.deadline() : host;
        }
    }

    /** The turn that instantiates, and runs the start function. */
    private final class Build extends Turn {

        private final Module code;
        private final List<HostFunction> imports;
        private boolean linked;

        Build(long nanos, Module code, List<HostFunction> imports) {
            super(nanos);
            this.code = code;
            this.imports = imports;
        }

        @Override
        void run(Store<Object> into) {
            List<Extern> externs = new ArrayList<>();
            for (HostFunction each : imports) {
                externs.add(Extern.fromFunc(hostFunction(into, each)));
            }
            Instance made = new Instance(into, code, externs);
            instance = made;
            linked = true;
            String name = shape.memory();
            if (name != null) {
                memory = made.getMemory(into, name).orElse(null);
            }
            if (shape.hasStart()) {
                try (Func start = made.getFunc(into, ModuleShape.START).orElseThrow()) {
                    start.call(into);
                }
            }
        }
    }

    /** A turn that calls an export. */
    private final class Call extends Turn {

        private final String export;
        private final FunctionType type;
        private final Val[] arguments;
        private long[] results = {};

        Call(long nanos, String export, FunctionType type, Val[] arguments) {
            super(nanos);
            this.export = export;
            this.type = type;
            this.arguments = arguments;
        }

        @Override
        void run(Store<Object> into) {
            results = Values.fromBinding(type.results(), function(into).call(into, arguments));
        }

        private Func function(Store<Object> into) {
            Func known = functions.get(export);
            if (known == null) {
                Instance of = instance;
                if (of == null) {
                    throw new IllegalStateException("there is no instance");
                }
                known = of.getFunc(into, export).orElseThrow();
                functions.put(export, known);
            }
            return known;
        }
    }

    /** Of one who waits for it: hands it over. */
    private @Nullable WasmTrap take(Job job) {
        refuseUnlessUsable();
        if (!busy.compareAndSet(false, true)) {
            throw inUse();
        }
        try {
            refuseUnlessUsable();
            timedOut = false;
            WasmTrap trap = job.nanos > 0 ? await(job) : ended(WasmTraps.deadline());
            if (trap != null && job instanceof Turn && state == State.USABLE) {
                state = State.TRAPPED; // several steps say so themselves, where the guest did it
            }
            return trap;
        } finally {
            busy.set(false);
        }
    }

    /** A turn among several, on the owner's thread. */
    private @Nullable WasmTrap within(Turn turn) {
        if (!turning || calling) {
            throw inUse();
        }
        if (state != State.USABLE) {
            throw unusable();
        }
        WasmTrap trap;
        if (abandoned) {
            trap = WasmTraps.interrupted();
        } else if (turn.nanos <= 0) {
            trap = WasmTraps.deadline();
        } else {
            calling = true;
            try {
                turn.run();
            } finally {
                calling = false;
            }
            trap = turn.trap;
        }
        if (trap != null) {
            if (state == State.USABLE) {
                state = State.TRAPPED;
            }
            dispose();
        }
        return trap;
    }

    private @Nullable WasmTrap await(Job job) {
        if (Thread.currentThread().isInterrupted()) {
            return ended(WasmTraps.interrupted());
        }
        CountDownLatch done = owner.submit(job);
        long wait = job.nanos;
        try {
            while (!done.await(wait, TimeUnit.NANOSECONDS)) {
                // The guest notices by itself; a host function that waits has to be woken.
                timedOut = true;
                owner.interrupt();
                wait = NUDGE_NANOS;
            }
            if (!job.ran) {
                throw new IllegalStateException("the instance is closed");
            }
            return job.trap;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            abandon();
            return WasmTraps.interrupted();
        }
    }

    private WasmTrap ended(WasmTrap trap) {
        if (state == State.USABLE) {
            state = State.TRAPPED;
        }
        owner.submit(this::dispose);
        return trap;
    }

    private Func hostFunction(Store<Object> into, HostFunction function) {
        Func made =
                new Func(
                        into,
                        Values.toBinding(function.type()),
                        (caller, parameters, results) -> callHost(function, parameters, results));
        hostFunctions.add(made);
        return made;
    }

    private void callHost(HostFunction function, Val[] parameters, Val[] results) {
        if (abandoned) {
            throw ends(WasmTraps.interrupted());
        }
        FunctionType type = function.type();
        long[] values;
        try {
            values = function.body().call(view, Values.fromBinding(type.parameters(), parameters));
        } catch (WasmTrap e) {
            throw ends(e);
        } catch (StackOverflowError | OutOfMemoryError e) {
            throw ends(Traps.of(e));
        } catch (Exception | Error e) {
            LOG.error("host function {}.{} failed", function.module(), function.name(), e);
            throw ends(WasmTraps.host(function, "failed: " + e.getClass().getSimpleName()));
        }
        int count = values == null ? 0 : values.length;
        if (values == null || count != results.length) {
            LOG.error(
                    "host function {}.{} gave {} results instead of {}",
                    function.module(),
                    function.name(),
                    count,
                    results.length);
            throw ends(WasmTraps.host(function, "gave " + count + " results"));
        }
        for (int i = 0; i < results.length; i++) {
            results[i] = Values.toBinding(type.results().get(i), values[i]);
        }
    }

    /* The binding keeps nothing of an exception but its words. */
    private RuntimeException ends(WasmTrap trap) {
        hostTrap = trap;
        return new IllegalStateException("a host function ended the call");
    }

    /* On the owner's thread; functions before the store that they belong to, the module last. */
    private void dispose() {
        if (disposed) {
            return;
        }
        disposed = true;
        functions.values().forEach(Func::dispose);
        hostFunctions.forEach(Func::dispose);
        if (memory != null) {
            memory.dispose();
        }
        if (instance != null) {
            instance.dispose();
        }
        if (store != null) {
            store.dispose();
        }
        memory = null;
        instance = null;
        store = null;
        module.release();
        engine.gone(this);
        owner.end();
    }

    private void refuseUnlessUsable() {
        if (owner.isCurrent()) {
            return;
        }
        if (state != State.USABLE) {
            throw unusable();
        }
    }

    private IllegalStateException unusable() {
        return new IllegalStateException(
                state == State.CLOSED
                        ? "the instance is closed"
                        : "the instance trapped before, and can only be closed");
    }

    private static IllegalStateException inUse() {
        return new IllegalStateException(
                "the instance is in use; one thread at a time can call it");
    }

    /* For what takes microseconds. */
    private static void awaitCalmly(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static long nanos(Duration limit) {
        return limit.getSeconds() >= MAX_SECONDS
                ? MAX_SECONDS * NANOS
                : limit.getSeconds() * NANOS + limit.getNano();
    }
}
