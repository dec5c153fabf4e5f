package io.sirsi.wasm;

import io.sirsi.agent.AgentType;
import io.sirsi.hypervisor.AgentAuthority;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The modules of this node. For the core; doors go through the hypervisor, which has asked the
 * authorizer first. Thread-safe; what loads a module blocks while it is compiled and probed.
 */
@ProviderType
public interface WasmModules {

    /** {@return the installed modules, in order of type} */
    List<InstalledModule> list();

    /** {@return how the installed modules fare, in order of type} */
    List<ModuleStats> stats();

    /**
     * {@return what is to be said of a module: admission, metadata, signature, compilation, probe}
     */
    ModuleReport check(ModuleFile file);

    /**
     * Makes a module an agent type, or the newer version of one. Running tasks end on the version
     * that they began with; new ones begin on the new one when this returns. On disk when this
     * returns.
     *
     * @param file the module
     * @param by the account that installs it, or the folder it was dropped into
     * @return the module as it is now
     * @throws io.sirsi.failure.RefusedException INVALID if a rule of {@link #check} fails, CONFLICT
     *     if the type belongs to another module or a bundle, UNAVAILABLE if the engine or the disk
     *     is not there; the version before goes on serving
     */
    InstalledModule install(ModuleFile file, String by);

    /**
     * Goes back to the version before.
     *
     * @param type which module
     * @param by the account that wants it
     * @return the module as it is now
     * @throws io.sirsi.failure.RefusedException NOT_FOUND if there is no such module, CONFLICT if
     *     there is no version before, INVALID if that one is not taken any more
     */
    InstalledModule rollback(AgentType type, String by);

    /**
     * Ends an agent type: its agents drain, and wait for a type of this name as agents of any type
     * that goes do; who does not want them to wait terminates them when this has returned. Its
     * files are deleted.
     *
     * @param type which module
     * @throws io.sirsi.failure.RefusedException NOT_FOUND if there is no such module
     */
    void unload(AgentType type);

    /**
     * Runs one task with a module that need not be installed, in an instance of its own, and
     * forgets it.
     *
     * @param file the module
     * @param trial the task
     * @param authority what it may do; what needs an agent, such as spawning, is refused to it
     * @return what came out
     * @throws io.sirsi.failure.RefusedException INVALID if a rule of {@link #check} fails
     */
    ModuleTrial.Result run(ModuleFile file, ModuleTrial trial, AgentAuthority authority);
}
