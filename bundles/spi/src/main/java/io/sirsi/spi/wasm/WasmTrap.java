package io.sirsi.spi.wasm;

import java.util.Objects;

/**
 * Ends a call of a guest. After it the instance is unusable: what it left behind is unknown.
 * Carries no stack of the host.
 */
public final class WasmTrap extends Exception {

    private static final long serialVersionUID = 1L;

    /** Why a call ended. */
    public enum Kind {
        /** Its time was up. */
        DEADLINE,
        /** The thread was interrupted by somebody else; the flag is set again. */
        INTERRUPTED,
        /** It went outside its memory or table, or the host was handed an address that does. */
        MEMORY,
        /** Too deep a recursion. */
        STACK,
        /** {@code unreachable}: it gave up by itself. */
        UNREACHABLE,
        /**
         * A division by zero, a conversion that does not fit, a call of a wrong type, and the like.
         */
        ARITHMETIC_OR_TYPE,
        /** A quota of the host was used up. */
        QUOTA,
        /** It ended itself with a status: {@code proc_exit} of WASI. */
        EXIT,
        /** The engine has no memory left for it. */
        OUT_OF_MEMORY,
        /** The host failed; a bug of ours. */
        HOST,
        /** Something that the engine did not name. */
        OTHER
    }

    private final Kind kind;
    private final int exitStatus;

    /**
     * Makes a trap.
     *
     * @param kind why, for machines
     * @param sentence why, for people; no secret
     */
    public WasmTrap(Kind kind, String sentence) {
        this(kind, sentence, 0);
    }

    private WasmTrap(Kind kind, String sentence, int exitStatus) {
        super(Objects.requireNonNull(sentence, "sentence"), null, false, false);
        this.kind = Objects.requireNonNull(kind, "kind");
        this.exitStatus = exitStatus;
    }

    /** {@return the guest has ended itself with this status} */
    public static WasmTrap exit(int status) {
        return new WasmTrap(Kind.EXIT, "the guest ended itself with status " + status, status);
    }

    /** {@return why, for machines} */
    public Kind kind() {
        return kind;
    }

    /** {@return the status of an {@link Kind#EXIT}, else 0} */
    public int exitStatus() {
        return exitStatus;
    }

    /** {@return why, for people} */
    public String sentence() {
        return String.valueOf(getMessage());
    }
}
