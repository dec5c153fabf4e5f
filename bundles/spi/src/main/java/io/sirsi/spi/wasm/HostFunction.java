package io.sirsi.spi.wasm;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Something of the host that a guest imports.
 *
 * @param module the module's name in the import
 * @param name the function's name in the import
 * @param type what it takes and gives
 * @param body what it does
 */
public record HostFunction(String module, String name, FunctionType type, Body body) {

    /** What a host function does. Called on the thread that runs the guest. */
    @FunctionalInterface
    @ConsumerType
    public interface Body {

        /**
         * Answers a call of the guest. It must not call the instance again, keep the memory beyond
         * the call, or go on after an interrupt.
         *
         * @param memory the caller's memory; an access outside it throws the trap that ends the
         *     call
         * @param arguments one for each parameter, as {@link ValueType} says
         * @return one for each result
         * @throws WasmTrap to end the guest's call; whoever called the guest sees this very trap
         */
        long[] call(WasmMemory memory, long[] arguments) throws WasmTrap;
    }
}
