package io.sirsi.wasm.endive.internal;

import io.sirsi.spi.wasm.WasmRejectedException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import run.endive.wasm.WasmModule;

/**
 * How many instructions are interpreted, of all modules together: the engine keeps each as an
 * object, some 80 bytes, where the byte code of another is outside the heap. Thread-safe.
 */
final class Interpreted {

    private static final int MOST = 300_000;

    private final AtomicLong now = new AtomicLong();

    /**
     * Counts the functions of a module that are too large for byte code.
     *
     * @param functions their numbers, imported ones counted
     * @return how many instructions they have; to be given back when the module goes
     * @throws WasmRejectedException if there are too many; nothing is counted then
     */
    long take(Set<Integer> functions, WasmModule module) throws WasmRejectedException {
        int imported = module.importSection().importCount();
        long wanted =
                functions.stream()
                        .map(number -> module.codeSection().getFunctionBody(number - imported))
                        .mapToLong(body -> body.instructions().size())
                        .sum();
        long before = now.getAndUpdate(there -> there + wanted > MOST ? there : there + wanted);
        if (before + wanted > MOST) {
            throw new WasmRejectedException(
                    "the module's functions that are too large for byte code have "
                            + wanted
                            + " instructions, and those of the loaded modules "
                            + before
                            + " of at most "
                            + MOST
                            + ": split them, or unload a module");
        }
        return wanted;
    }

    /** Gives back what {@link #take} counted. */
    void giveBack(long taken) {
        now.addAndGet(-taken);
    }
}
