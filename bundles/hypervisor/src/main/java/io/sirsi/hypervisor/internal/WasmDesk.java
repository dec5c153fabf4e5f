package io.sirsi.hypervisor.internal;

import io.sirsi.agent.AgentRuntime;
import io.sirsi.agent.AgentType;
import io.sirsi.failure.RefusedException;
import io.sirsi.hypervisor.AgentAuthority;
import io.sirsi.hypervisor.WasmControl;
import io.sirsi.security.Caller;
import io.sirsi.wasm.InstalledModule;
import io.sirsi.wasm.ModuleFile;
import io.sirsi.wasm.ModuleReport;
import io.sirsi.wasm.ModuleStats;
import io.sirsi.wasm.ModuleTrial;
import io.sirsi.wasm.WasmModules;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Modules of WebAssembly, in one caller's name. */
record WasmDesk(
        Caller caller,
        Gate gate,
        Supplier<Optional<WasmModules>> loader,
        AgentAuthority callersOwn,
        AgentRuntime agents)
        implements WasmControl {

    @Override
    public List<InstalledModule> modules() {
        return gate.read(request("wasm:read", ""), () -> modulesThere().list());
    }

    @Override
    public InstalledModule module(AgentType type) {
        return gate.read(
                request("wasm:read", type.value()),
                () ->
                        modulesThere().list().stream()
                                .filter(module -> module.manifest().agent().type().equals(type))
                                .findFirst()
                                .orElseThrow(() -> absent(type)));
    }

    @Override
    public List<ModuleStats> moduleStats() {
        return gate.read(request("wasm:read", ""), () -> modulesThere().stats());
    }

    /** Not a mere reading: the module's code runs, if only to be asked how it is. */
    @Override
    public ModuleReport checkModule(ModuleFile file) {
        return gate.act(
                request("wasm:check", file),
                () -> modulesThere().check(file),
                report -> report.passed() ? "it can be installed" : "it cannot be installed");
    }

    @Override
    public ModuleTrial.Result runModule(ModuleFile file, ModuleTrial trial) {
        return gate.act(
                request("wasm:run", file),
                () -> modulesThere().run(file, trial, callersOwn),
                result -> result.outcome().getClass().getSimpleName());
    }

    @Override
    public InstalledModule installModule(ModuleFile file) {
        return gate.act(
                request("wasm:install", file),
                () -> modulesThere().install(file, caller.name()),
                WasmDesk::name);
    }

    @Override
    public InstalledModule rollbackModule(AgentType type) {
        return gate.act(
                request("wasm:rollback", type.value()),
                () -> modulesThere().rollback(type, caller.name()),
                WasmDesk::name);
    }

    @Override
    public int unloadModule(AgentType type) {
        return gate.act(
                request("wasm:unload", type.value()),
                () -> {
                    modulesThere().unload(type);
                    return endAgents(type);
                },
                ended -> ended + " agents ended");
    }

    /**
     * The agents of a type that is gone. Afterwards and not before: if the module could not be
     * unloaded they live on, and of a type that is gone none can be spawned meanwhile.
     */
    private int endAgents(AgentType type) {
        return agents.list().stream()
                .filter(agent -> agent.spec().type().equals(type))
                .mapToInt(
                        agent ->
                                agents.terminate(
                                        agent.id(),
                                        "the module '"
                                                + type
                                                + "' was unloaded by "
                                                + caller.name()))
                .sum();
    }

    private WasmModules modulesThere() {
        return loader.get()
                .orElseThrow(
                        () ->
                                RefusedException.unavailable(
                                        "this node runs no WebAssembly now; start the bundle"
                                                + " io.sirsi.wasm, or install the feature"
                                                + " sirsi-wasm"));
    }

    private static String name(InstalledModule module) {
        return module.manifest().agent().type()
                + " "
                + module.manifest().version()
                + " "
                + module.digest();
    }

    private static RefusedException absent(AgentType type) {
        return RefusedException.notFound(
                "there is no module '" + type + "'; wasm:list shows those that there are");
    }

    private Gate.Request request(String permission, String target) {
        return Gate.Request.of(caller, permission, target);
    }

    /** The record names the file by its digest: a name can be given to anything. */
    private Gate.Request request(String permission, ModuleFile file) {
        return request(permission, file.name()).with(Map.of("digest", file.digest().value()));
    }
}
