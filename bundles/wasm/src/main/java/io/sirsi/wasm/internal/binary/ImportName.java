package io.sirsi.wasm.internal.binary;

/**
 * Names a function of the host.
 *
 * @param module the module's name in the import
 * @param name the function's name in the import
 */
public record ImportName(String module, String name) {

    @Override
    public String toString() {
        return module + "." + name;
    }
}
