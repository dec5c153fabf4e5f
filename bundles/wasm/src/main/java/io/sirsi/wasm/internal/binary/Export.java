package io.sirsi.wasm.internal.binary;

import io.sirsi.spi.wasm.FunctionType;
import java.util.Optional;

/**
 * Something that a module exports.
 *
 * @param name its name
 * @param kind what it is
 * @param type what a function takes and gives; empty for anything else, and for a function of
 *     references, which the host cannot call
 */
public record Export(String name, Kind kind, Optional<FunctionType> type) {

    /** What can be exported. */
    public enum Kind {
        /** A function. */
        FUNCTION,
        /** A table. */
        TABLE,
        /** The memory. */
        MEMORY,
        /** A global variable. */
        GLOBAL
    }
}
