package io.sirsi.wasm.internal.binary;

import io.sirsi.spi.wasm.EngineLimits;
import io.sirsi.spi.wasm.FunctionType;
import java.util.Map;

/**
 * What a module is admitted to.
 *
 * @param granted the most memory and elements of a table that an instance may have
 * @param instructions how many instructions it may have in all, 1 to 100,000,000: what an engine
 *     needs to compile it is proportional to that
 * @param imports the functions of the host that may be imported, and what each takes and gives
 */
public record AdmissionLimits(
        EngineLimits granted, int instructions, Map<ImportName, FunctionType> imports) {

    /** With as many instructions as a node of 512 MB can compile. */
    public AdmissionLimits(EngineLimits granted, Map<ImportName, FunctionType> imports) {
        this(granted, Caps.INSTRUCTIONS, imports);
    }

    public AdmissionLimits {
        if (instructions < 1 || instructions > 100_000_000) {
            throw new IllegalArgumentException(
                    "instructions must be 1 to 100000000: " + instructions);
        }
        imports = Map.copyOf(imports);
    }
}
