package io.sirsi.hypervisor.internal;

import io.sirsi.agent.AgentCapabilities;
import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentType;
import io.sirsi.hypervisor.AgentAuthority;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskOutcome;
import io.sirsi.wasm.InstalledModule;
import io.sirsi.wasm.ModuleDigest;
import io.sirsi.wasm.ModuleFile;
import io.sirsi.wasm.ModuleManifest;
import io.sirsi.wasm.ModuleReport;
import io.sirsi.wasm.ModuleStats;
import io.sirsi.wasm.ModuleTrial;
import io.sirsi.wasm.ModuleUsage;
import io.sirsi.wasm.WasmModules;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A loader that takes everything under the name of its file, and remembers what was wanted. */
final class FakeModules implements WasmModules {

    final List<InstalledModule> installed = new ArrayList<>();
    final List<String> wanted = new ArrayList<>();
    AgentAuthority lastAuthority;
    Runnable unloading = () -> {};

    @Override
    public List<InstalledModule> list() {
        return List.copyOf(installed);
    }

    @Override
    public List<ModuleStats> stats() {
        return List.of();
    }

    @Override
    public ModuleReport check(ModuleFile file) {
        wanted.add("check " + file.name());
        return new ModuleReport(
                ModuleDigest.of(file.binary()), file.binary().length, Optional.empty(), List.of());
    }

    @Override
    public InstalledModule install(ModuleFile file, String by) {
        wanted.add("install " + file.name() + " by " + by);
        AgentDescriptor agent =
                new AgentDescriptor(
                        new AgentType(file.name()),
                        file.name(),
                        AgentCapabilities.NONE,
                        Set.of(file.name()),
                        1);
        InstalledModule module =
                new InstalledModule(
                        new ModuleManifest("org.example", "1.0.0", "", agent, Map.of()),
                        ModuleDigest.of(file.binary()),
                        "fake",
                        new InstalledModule.Origin(
                                by, Instant.EPOCH, Optional.empty(), Optional.empty()),
                        Optional.empty());
        installed.add(module);
        return module;
    }

    @Override
    public InstalledModule rollback(AgentType type, String by) {
        wanted.add("rollback " + type + " by " + by);
        return installed.get(0);
    }

    @Override
    public void unload(AgentType type) {
        wanted.add("unload " + type);
        unloading.run();
        installed.clear();
    }

    @Override
    public ModuleTrial.Result run(ModuleFile file, ModuleTrial trial, AgentAuthority authority) {
        wanted.add("run " + file.name());
        lastAuthority = authority;
        return new ModuleTrial.Result(
                new TaskOutcome.Succeeded(Duration.ZERO, Payload.NONE),
                ModuleUsage.NONE,
                List.of());
    }
}
