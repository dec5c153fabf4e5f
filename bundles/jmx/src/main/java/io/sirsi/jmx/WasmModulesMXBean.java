package io.sirsi.jmx;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Modules of WebAssembly, as {@code io.sirsi:type=WasmModules}. Decided and refused as in {@link
 * SessionsMXBean}; an {@link IllegalStateException} where this node runs none. What loads a module
 * blocks while it is compiled and asked how it is.
 */
public interface WasmModulesMXBean {

    /** {@return the installed modules, in order of type} */
    List<ModuleView> getModules();

    /** {@return one installed module} */
    ModuleView getModule(String type);

    /** {@return how the installed modules fare, in order of type} */
    List<ModuleStatsView> getStats();

    /**
     * Checks a module without installing it; its code may run for that.
     *
     * @param binary the bytes of NAME.wasm
     * @param metadata the bytes of NAME.wasm.json; null or none if there is no such file
     * @param signature the bytes of NAME.wasm.sig; null or none if there is no such file
     * @param name the file's name, for people: 1 to 255 characters without a folder
     * @return how each rule came out
     */
    ModuleReportView check(
            byte[] binary, byte @Nullable [] metadata, byte @Nullable [] signature, String name);

    /**
     * Makes a module an agent type, or the newer version of one. The parameters are those of {@link
     * #check}.
     *
     * @return the module as it is now
     */
    ModuleView install(
            byte[] binary, byte @Nullable [] metadata, byte @Nullable [] signature, String name);

    /** {@return a module that went back to its version before, as it is now} */
    ModuleView rollback(String type);

    /**
     * Ends an agent type that is a module, and all its agents, with all below them.
     *
     * @return how many agents ended
     */
    int unload(String type);
}
