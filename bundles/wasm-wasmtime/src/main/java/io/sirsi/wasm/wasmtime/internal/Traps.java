package io.sirsi.wasm.wasmtime.internal;

import io.github.kawamuray.wasmtime.Trap;
import io.github.kawamuray.wasmtime.WasmFunctionError;
import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.spi.wasm.WasmTrap.Kind;
import java.util.Locale;
import java.util.Map;

/** Says what the binding's exceptions mean. */
final class Traps {

    private static final int LONGEST_SENTENCE = 200;

    /* Where the binding hands on words instead of a trap: when it instantiates. */
    private static final Map<String, Trap> WORDS =
            Map.of(
                    "wasm trap: interrupt", Trap.INTERRUPT,
                    "call stack exhausted", Trap.STACK_OVERFLOW,
                    "out of bounds memory access", Trap.MEMORY_OUT_OF_BOUNDS,
                    "out of bounds table access", Trap.TABLE_OUT_OF_BOUNDS,
                    "uninitialized element", Trap.INDIRECT_CALL_TO_NULL,
                    "indirect call type mismatch", Trap.BAD_SIGNATURE,
                    "integer overflow", Trap.INTEGER_OVERFLOW,
                    "integer divide by zero", Trap.INTEGER_DIVISION_BY_ZERO,
                    "invalid conversion to integer", Trap.BAD_CONVERSION_TO_INTEGER,
                    "`unreachable` instruction", Trap.UNREACHABLE_CODE_REACHED);

    private Traps() {}

    static WasmTrap of(Throwable failure) {
        if (failure instanceof WasmFunctionError.TrapError trap) {
            return of(trap.trap());
        }
        if (failure instanceof OutOfMemoryError) {
            return new WasmTrap(Kind.OUT_OF_MEMORY, "the node's heap has no room left");
        }
        if (failure instanceof StackOverflowError) {
            return new WasmTrap(Kind.STACK, "the guest calls itself too deeply");
        }
        String words = String.valueOf(failure.getMessage());
        if (words.contains("allocate memory") || words.contains("os error 12")) {
            return new WasmTrap(
                    Kind.OUT_OF_MEMORY, "the system gives no more addresses to the process");
        }
        for (Map.Entry<String, Trap> each : WORDS.entrySet()) {
            if (words.contains(each.getKey())) {
                return of(each.getValue());
            }
        }
        return new WasmTrap(Kind.OTHER, "the guest trapped: " + words(failure));
    }

    static WasmTrap interrupted() {
        return new WasmTrap(Kind.INTERRUPTED, "the call was interrupted");
    }

    static WasmTrap deadline() {
        return new WasmTrap(Kind.DEADLINE, "the call did not end in the time that it had");
    }

    /** {@return the binding's words, in one line that is not too long} */
    static String words(Throwable failure) {
        String message = failure.getMessage();
        if (message == null || message.isBlank()) {
            return failure.getClass().getSimpleName();
        }
        String line = message.strip().replaceAll("\\p{Cntrl}+", " ");
        return line.length() > LONGEST_SENTENCE ? line.substring(0, LONGEST_SENTENCE) + "…" : line;
    }

    private static WasmTrap of(Trap trap) {
        String name = english(trap);
        return switch (trap) {
            case INTERRUPT -> deadline();
            case STACK_OVERFLOW -> new WasmTrap(Kind.STACK, "the guest calls itself too deeply");
            case MEMORY_OUT_OF_BOUNDS, HEAP_MISALIGNED, TABLE_OUT_OF_BOUNDS ->
                    new WasmTrap(Kind.MEMORY, "the guest trapped: " + name);
            case UNREACHABLE_CODE_REACHED ->
                    new WasmTrap(Kind.UNREACHABLE, "the guest trapped: " + name);
            case INDIRECT_CALL_TO_NULL,
                    BAD_SIGNATURE,
                    INTEGER_OVERFLOW,
                    INTEGER_DIVISION_BY_ZERO,
                    BAD_CONVERSION_TO_INTEGER ->
                    new WasmTrap(Kind.ARITHMETIC_OR_TYPE, "the guest trapped: " + name);
            default -> new WasmTrap(Kind.OTHER, "the guest trapped: " + name);
        };
    }

    private static String english(Trap trap) {
        return trap.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
