package io.sirsi.wasm.endive.internal;

import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.spi.wasm.WasmTraps;
import run.endive.runtime.WasmInterruptedException;
import run.endive.wasm.WasmEngineException;

/** Says what the engine's exceptions mean. It has few types of them, and so the words decide. */
final class Traps {

    private Traps() {}

    /** {@return what ended a call, from what came out of the engine} */
    static WasmTrap of(Throwable failure) {
        if (failure instanceof HostTrap host) {
            return host.trap();
        }
        if (isInterrupt(failure)) {
            return WasmTraps.interrupted();
        }
        if (isStackOverflow(failure)) {
            return WasmTraps.stack();
        }
        if (failure instanceof OutOfMemoryError) {
            return WasmTraps.outOfMemory();
        }
        return WasmTraps.guest(WasmTraps.words(failure));
    }

    private static boolean isInterrupt(Throwable failure) {
        return failure instanceof WasmInterruptedException
                || (failure instanceof WasmEngineException
                        && failure.getCause() instanceof InterruptedException);
    }

    private static boolean isStackOverflow(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof StackOverflowError) {
                return true;
            }
        }
        return false;
    }
}
