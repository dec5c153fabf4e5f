package io.sirsi.spi.wasm;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Runs WebAssembly. Publish it as a service with the property {@code wasm.engine} naming it, such
 * as {@code endive}. Only modules that have passed admission are handed to it. Thread-safe.
 *
 * <p>Whatever a guest does, an engine answers with what is declared here: neither an undeclared
 * exception nor an {@link Error} gets out of a call, and no thread is left behind.
 */
@ConsumerType
public interface WasmEngine {

    /** The property of the service that names the engine. */
    String NAME_PROPERTY = "wasm.engine";

    /** {@return its name: lower-case letters, digits and dashes} */
    String name();

    /** {@return the version of what does the work, such as {@code 1.0.0}} */
    String version();

    /** {@return what it truly can} */
    EngineAbilities abilities();

    /**
     * Makes a module ready to be instantiated. Blocks; may take seconds for a large module, and
     * cannot always be interrupted.
     *
     * @param binary the module, as admission has rewritten it; not kept and not changed
     * @param limits what an instance may have
     * @return the module
     * @throws WasmRejectedException if it is not valid, or has what this engine cannot do
     */
    CompiledModule compile(byte[] binary, EngineLimits limits) throws WasmRejectedException;

    /** A module ready to be instantiated. Thread-safe. */
    @ConsumerType
    interface CompiledModule extends AutoCloseable {

        /**
         * Makes an instance, and runs the module's start function if it has one.
         *
         * @param imports what the guest may call; what it does not import is ignored
         * @param limit the longest time for it, start function included
         * @return the instance
         * @throws WasmRejectedException if an import is missing or of another type, or the segments
         *     do not fit
         * @throws WasmTrap if its start function trapped or its time was up; nothing is left of it
         */
        WasmInstance instantiate(List<HostFunction> imports, Duration limit)
                throws WasmRejectedException, WasmTrap;

        /** {@return the functions that it exports, with their types, by name} */
        Map<String, FunctionType> exports();

        /**
         * Releases it, when the last of its instances has been closed; does not wait for that. From
         * now on nothing can be instantiated.
         */
        @Override
        void close();
    }

    /**
     * Several things that are done with one instance.
     *
     * @param <T> what they give
     */
    @FunctionalInterface
    interface Steps<T> {

        /** {@return what they give} */
        T take() throws WasmTrap;
    }

    /**
     * A running copy of a module, with a memory and globals of its own. Used by one thread at a
     * time; different threads may use it one after the other, if they synchronise themselves.
     */
    @ConsumerType
    interface WasmInstance extends AutoCloseable {

        /**
         * Calls an exported function. Blocks until it returns, or for at most the limit (and the
         * time that a host function needs to notice an interrupt).
         *
         * @param export the function's name
         * @param limit the longest time for it
         * @param arguments one for each parameter, as {@link ValueType} says
         * @return one for each result
         * @throws WasmTrap if it did not return; the instance is unusable then
         * @throws IllegalArgumentException if there is no such function, or the number of arguments
         *     is wrong
         * @throws IllegalStateException if it is closed or trapped before
         */
        long[] call(String export, Duration limit, long... arguments) throws WasmTrap;

        /**
         * Does several things with it in one turn, which an engine whose instances have threads of
         * their own hands over once instead of once for each. Blocks as {@link #call} does. Whoever
         * is interrupted meanwhile, or whose time is up, may be answered while the steps still run:
         * what they would have given is lost then.
         *
         * @param <T> what they give
         * @param limit the longest time for all; give each call in it what is left of the same time
         * @param steps calls of this instance and of its memory, on a thread of the engine's
         *     choice; nothing that waits for the calling thread
         * @return what they gave
         * @throws WasmTrap if they threw it; an engine may also refuse to begin when the time is up
         * @throws IllegalStateException if it is closed or trapped before
         */
        default <T> T turn(Duration limit, Steps<T> steps) throws WasmTrap {
            return steps.take();
        }

        /** {@return its memory} */
        WasmMemory memory();

        /**
         * Brings it back to the state after its instantiation, if the engine can do that for
         * certain: memory, globals, tables, segments.
         *
         * @return whether it was done; else the instance is as it was and must be closed
         */
        boolean reset();

        /** {@return whether it can be called: neither trapped nor closed} */
        boolean usable();

        /** Releases it. Idempotent; waits for a call on another thread to end. */
        @Override
        void close();
    }
}
