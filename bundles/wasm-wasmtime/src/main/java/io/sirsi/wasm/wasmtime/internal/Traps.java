package io.sirsi.wasm.wasmtime.internal;

import io.github.kawamuray.wasmtime.Trap;
import io.github.kawamuray.wasmtime.WasmFunctionError;
import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.spi.wasm.WasmTrap.Kind;
import io.sirsi.spi.wasm.WasmTraps;
import java.util.Locale;

/** Says what the binding's exceptions mean. */
final class Traps {

    /** Where the binding hands on words instead of a trap, when it instantiates, these are last. */
    private static final String MARK = "wasm trap: ";

    private Traps() {}

    static WasmTrap of(Throwable failure) {
        if (failure instanceof WasmFunctionError.TrapError trap) {
            return of(trap.trap());
        }
        if (failure instanceof OutOfMemoryError) {
            return WasmTraps.outOfMemory();
        }
        if (failure instanceof StackOverflowError) {
            return WasmTraps.stack();
        }
        String words = String.valueOf(failure.getMessage());
        if (words.contains("allocate memory") || words.contains("os error 12")) {
            return new WasmTrap(
                    Kind.OUT_OF_MEMORY, "the system gives no more addresses to the process");
        }
        int mark = words.lastIndexOf(MARK);
        if (mark < 0) {
            return WasmTraps.guest(WasmTraps.words(failure));
        }
        String trap = words.substring(mark + MARK.length());
        return trap.startsWith("interrupt") ? WasmTraps.deadline() : WasmTraps.guest(trap);
    }

    private static WasmTrap of(Trap trap) {
        return switch (trap) {
            case INTERRUPT -> WasmTraps.deadline();
            case STACK_OVERFLOW -> WasmTraps.stack();
            case MEMORY_OUT_OF_BOUNDS, HEAP_MISALIGNED, TABLE_OUT_OF_BOUNDS ->
                    guest(Kind.MEMORY, trap);
            case UNREACHABLE_CODE_REACHED -> guest(Kind.UNREACHABLE, trap);
            case INDIRECT_CALL_TO_NULL,
                    BAD_SIGNATURE,
                    INTEGER_OVERFLOW,
                    INTEGER_DIVISION_BY_ZERO,
                    BAD_CONVERSION_TO_INTEGER ->
                    guest(Kind.ARITHMETIC_OR_TYPE, trap);
            default -> guest(Kind.OTHER, trap);
        };
    }

    private static WasmTrap guest(Kind kind, Trap trap) {
        return WasmTraps.guest(kind, trap.name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }
}
