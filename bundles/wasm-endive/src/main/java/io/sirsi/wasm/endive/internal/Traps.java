package io.sirsi.wasm.endive.internal;

import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.spi.wasm.WasmTrap.Kind;
import java.util.Locale;
import run.endive.runtime.WasmInterruptedException;
import run.endive.wasm.WasmEngineException;

/** Says what the engine's exceptions mean. It has few types of them, and so the words decide. */
final class Traps {

    private static final int LONGEST_SENTENCE = 200;

    private Traps() {}

    /** {@return what ended a call, from what came out of the engine} */
    static WasmTrap of(Throwable failure) {
        if (failure instanceof HostTrap host) {
            return host.trap();
        }
        if (isInterrupt(failure)) {
            return interrupted();
        }
        if (isStackOverflow(failure)) {
            return new WasmTrap(Kind.STACK, "the guest calls itself too deeply");
        }
        if (failure instanceof OutOfMemoryError) {
            return outOfMemory();
        }
        String words = words(failure);
        return new WasmTrap(kind(words), "the guest trapped: " + words);
    }

    static WasmTrap interrupted() {
        return new WasmTrap(Kind.INTERRUPTED, "the call was interrupted");
    }

    static WasmTrap deadline() {
        return new WasmTrap(Kind.DEADLINE, "the call did not end in the time that it had");
    }

    static WasmTrap outOfMemory() {
        return new WasmTrap(Kind.OUT_OF_MEMORY, "the node's heap has no room left for the guest");
    }

    /** {@return the engine's words, in one line that is not too long} */
    static String words(Throwable failure) {
        String message = failure.getMessage();
        if (message == null || message.isBlank()) {
            return failure.getClass().getSimpleName();
        }
        String line = message.strip().replaceAll("\\p{Cntrl}+", " ");
        return line.length() > LONGEST_SENTENCE ? line.substring(0, LONGEST_SENTENCE) + "…" : line;
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

    private static Kind kind(String words) {
        String lower = words.toLowerCase(Locale.ROOT);
        if (lower.contains("unreachable")) {
            return Kind.UNREACHABLE;
        }
        if (lower.contains("out of bounds") || lower.contains("undefined element")) {
            return Kind.MEMORY;
        }
        if (lower.contains("call stack exhausted")) {
            return Kind.STACK;
        }
        if (lower.contains("divide by zero")
                || lower.contains("integer overflow")
                || lower.contains("invalid conversion")
                || lower.contains("indirect call type mismatch")
                || lower.contains("uninitialized element")
                || lower.contains("null function reference")
                || lower.contains("null reference")) {
            return Kind.ARITHMETIC_OR_TYPE;
        }
        return Kind.OTHER;
    }
}
