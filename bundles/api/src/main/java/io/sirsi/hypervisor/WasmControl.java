package io.sirsi.hypervisor;

import io.sirsi.agent.AgentType;
import io.sirsi.wasm.InstalledModule;
import io.sirsi.wasm.ModuleFile;
import io.sirsi.wasm.ModuleReport;
import io.sirsi.wasm.ModuleStats;
import io.sirsi.wasm.ModuleTrial;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Modules of WebAssembly. UNAVAILABLE where this node has no loader. Which modules there are is the
 * node's: who may read it may read all of it.
 */
@ProviderType
public interface WasmControl {

    /** {@return the installed modules, in order of type}; needs {@code wasm:read}. */
    List<InstalledModule> modules();

    /** {@return an installed module}; needs {@code wasm:read}. */
    InstalledModule module(AgentType type);

    /** {@return how the installed modules fare, in order of type}; needs {@code wasm:read}. */
    List<ModuleStats> moduleStats();

    /**
     * {@return what is to be said of a module, without installing it}; needs {@code wasm:check}.
     */
    ModuleReport checkModule(ModuleFile file);

    /**
     * Runs one task with a module, without installing it; needs {@code wasm:run}. The module may do
     * what it requires and the caller has.
     */
    ModuleTrial.Result runModule(ModuleFile file, ModuleTrial trial);

    /**
     * Makes a module an agent type, or a newer version of one; needs {@code wasm:install}.
     *
     * @throws io.sirsi.failure.RefusedException as {@link io.sirsi.wasm.WasmModules#install}
     */
    InstalledModule installModule(ModuleFile file);

    /**
     * Goes back to the version before; needs {@code wasm:rollback}.
     *
     * @throws io.sirsi.failure.RefusedException as {@link io.sirsi.wasm.WasmModules#rollback}
     */
    InstalledModule rollbackModule(AgentType type);

    /**
     * Ends an agent type that is a module, and all its agents, in whatever session they live and
     * with all below them; needs {@code wasm:unload}.
     *
     * @return how many agents ended
     */
    int unloadModule(AgentType type);
}
