package io.sirsi.wasm.internal.binary;

import io.sirsi.spi.wasm.EngineLimits;
import io.sirsi.spi.wasm.FunctionType;
import java.util.Map;

/**
 * What a module is admitted to.
 *
 * @param granted the most memory and elements of a table that an instance may have
 * @param imports the functions of the host that may be imported, and what each takes and gives
 */
public record AdmissionLimits(EngineLimits granted, Map<ImportName, FunctionType> imports) {

    public AdmissionLimits {
        imports = Map.copyOf(imports);
    }
}
