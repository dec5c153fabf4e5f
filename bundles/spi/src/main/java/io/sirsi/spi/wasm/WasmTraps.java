package io.sirsi.spi.wasm;

import io.sirsi.spi.wasm.WasmTrap.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The traps that every engine has, in the same words whichever it is. */
public final class WasmTraps {

    private static final int LONGEST_LINE = 200;

    /** As the specification's tests and the engines word them; the first that is found counts. */
    private static final List<Map.Entry<String, Kind>> PHRASES =
            List.of(
                    Map.entry("unreachable", Kind.UNREACHABLE),
                    Map.entry("out of bounds", Kind.MEMORY),
                    Map.entry("undefined element", Kind.MEMORY),
                    Map.entry("call stack exhausted", Kind.STACK),
                    Map.entry("divide by zero", Kind.ARITHMETIC_OR_TYPE),
                    Map.entry("integer overflow", Kind.ARITHMETIC_OR_TYPE),
                    Map.entry("invalid conversion", Kind.ARITHMETIC_OR_TYPE),
                    Map.entry("indirect call type mismatch", Kind.ARITHMETIC_OR_TYPE),
                    Map.entry("uninitialized element", Kind.ARITHMETIC_OR_TYPE),
                    Map.entry("null function reference", Kind.ARITHMETIC_OR_TYPE),
                    Map.entry("null reference", Kind.ARITHMETIC_OR_TYPE));

    private WasmTraps() {}

    /** {@return the time of a call was up} */
    public static WasmTrap deadline() {
        return new WasmTrap(Kind.DEADLINE, "the call did not end in the time that it had");
    }

    /** {@return somebody else interrupted the thread of a call} */
    public static WasmTrap interrupted() {
        return new WasmTrap(Kind.INTERRUPTED, "the call was interrupted");
    }

    /** {@return a guest called itself until the stack was full} */
    public static WasmTrap stack() {
        return new WasmTrap(Kind.STACK, "the guest calls itself too deeply");
    }

    /** {@return the JVM had no memory for what a guest asked for} */
    public static WasmTrap outOfMemory() {
        return new WasmTrap(Kind.OUT_OF_MEMORY, "the node's heap has no room left for the guest");
    }

    /**
     * {@return a host function did what it must not; a bug of ours}
     *
     * @param function which
     * @param what what it did, as the end of a sentence about it
     */
    public static WasmTrap host(HostFunction function, String what) {
        return new WasmTrap(
                Kind.HOST,
                "the host function '" + function.module() + "." + function.name() + "' " + what);
    }

    /**
     * {@return the guest trapped, as the engine says}
     *
     * @param kind why
     * @param words the engine's words for it
     */
    public static WasmTrap guest(Kind kind, String words) {
        return new WasmTrap(kind, "the guest trapped: " + line(words));
    }

    /**
     * {@return the guest trapped, as the engine says; its words tell the kind, which is OTHER if
     * they are not the specification's}
     *
     * @param words the engine's words
     */
    public static WasmTrap guest(String words) {
        String lower = words.toLowerCase(Locale.ROOT);
        return guest(
                PHRASES.stream()
                        .filter(each -> lower.contains(each.getKey()))
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElse(Kind.OTHER),
                words);
    }

    /**
     * {@return what a failure of an engine says, or its type if it says nothing: one line of at
     * most 200 characters, for a sentence of ours}
     */
    public static String words(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank()
                ? failure.getClass().getSimpleName()
                : line(message);
    }

    private static String line(String words) {
        String line = words.strip().replaceAll("\\p{Cntrl}+", " ");
        return line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) + "…" : line;
    }
}
