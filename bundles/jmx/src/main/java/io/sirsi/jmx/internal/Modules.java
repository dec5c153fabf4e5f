package io.sirsi.jmx.internal;

import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentType;
import io.sirsi.jmx.ModuleCheckView;
import io.sirsi.jmx.ModuleManifestView;
import io.sirsi.jmx.ModuleOriginView;
import io.sirsi.jmx.ModuleReportView;
import io.sirsi.jmx.ModuleStatsView;
import io.sirsi.jmx.ModuleUsageView;
import io.sirsi.jmx.ModuleView;
import io.sirsi.jmx.WasmModulesMXBean;
import io.sirsi.wasm.InstalledModule;
import io.sirsi.wasm.ModuleDigest;
import io.sirsi.wasm.ModuleFile;
import io.sirsi.wasm.ModuleManifest;
import io.sirsi.wasm.ModuleReport;
import io.sirsi.wasm.ModuleStats;
import io.sirsi.wasm.ModuleUsage;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Modules of WebAssembly, for JMX. */
final class Modules extends Notices implements WasmModulesMXBean {

    static final String INSTALLED = "io.sirsi.module.installed";
    static final String REFUSED = "io.sirsi.module.refused";
    static final String UNLOADED = "io.sirsi.module.unloaded";

    /** The most that is taken of all files together, in bytes. */
    static final int MOST = 9 << 20;

    /** One name without a folder: no separator of any system, no control or format character. */
    private static final Pattern ONE_NAME = Pattern.compile("[^/\\\\\\p{Cc}\\p{Cf}]{1,255}");

    private final Calls calls;

    Modules(Calls calls) {
        super(INSTALLED, REFUSED, UNLOADED);
        this.calls = calls;
    }

    @Override
    public List<ModuleView> getModules() {
        return calls.call(node -> node.modules().stream().map(Modules::view).toList());
    }

    @Override
    public ModuleView getModule(String type) {
        return calls.call(node -> view(node.module(new AgentType(type))));
    }

    @Override
    public List<ModuleStatsView> getStats() {
        return calls.call(node -> node.moduleStats().stream().map(Modules::view).toList());
    }

    @Override
    public ModuleReportView check(
            byte[] binary, byte @Nullable [] metadata, byte @Nullable [] signature, String name) {
        return calls.call(node -> view(node.checkModule(file(binary, metadata, signature, name))));
    }

    @Override
    public ModuleView install(
            byte[] binary, byte @Nullable [] metadata, byte @Nullable [] signature, String name) {
        return calls.call(
                node -> view(node.installModule(file(binary, metadata, signature, name))));
    }

    @Override
    public ModuleView rollback(String type) {
        return calls.call(node -> view(node.rollbackModule(new AgentType(type))));
    }

    @Override
    public int unload(String type) {
        return calls.call(node -> node.unloadModule(new AgentType(type)));
    }

    private static ModuleFile file(
            byte @Nullable [] binary,
            byte @Nullable [] metadata,
            byte @Nullable [] signature,
            @Nullable String name) {
        if (name == null
                || !ONE_NAME.matcher(name).matches()
                || name.equals("..")
                || name.equals(".")) {
            throw new IllegalArgumentException(
                    "the name must be 1 to 255 characters without a folder, such as"
                            + " tag-audit.wasm.");
        }
        if (binary == null || binary.length == 0) {
            throw new IllegalArgumentException("'" + name + "' is empty; give its bytes.");
        }
        if ((long) binary.length + length(metadata) + length(signature) > MOST) {
            throw new IllegalArgumentException(
                    "'" + name + "' is, with what lies beside it, longer than 9 MiB.");
        }
        ModuleFile file = ModuleFile.of(name, binary);
        if (metadata != null && metadata.length > 0) {
            file = file.withMetadata(metadata);
        }
        return signature == null || signature.length == 0 ? file : file.withSignature(signature);
    }

    private static long length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private static ModuleView view(InstalledModule module) {
        return new ModuleView(
                module.manifest().agent().type().value(),
                module.manifest().version(),
                module.engine(),
                module.digest().value(),
                module.trouble().orElse(""),
                view(module.manifest()),
                view(module.origin()));
    }

    private static ModuleManifestView view(ModuleManifest manifest) {
        AgentDescriptor agent = manifest.agent();
        return new ModuleManifestView(
                manifest.id(),
                agent.title(),
                manifest.author(),
                agent.taskTypes().stream().sorted().toList(),
                Agents.words(agent.offers().permissions()),
                agent.concurrency(),
                manifest.limits());
    }

    private static ModuleOriginView view(InstalledModule.Origin origin) {
        return new ModuleOriginView(
                origin.by(),
                origin.at().toString(),
                origin.signedBy().orElse(""),
                origin.previous().map(ModuleDigest::value).orElse(""));
    }

    private static ModuleStatsView view(ModuleStats stats) {
        ModuleUsage usage = stats.usage();
        return new ModuleStatsView(
                stats.type().value(),
                stats.tasks(),
                stats.traps(),
                stats.instances(),
                new ModuleUsageView(
                        usage.ran().toMillis(),
                        usage.cpu().toMillis(),
                        usage.memoryBytes(),
                        usage.hostCalls(),
                        usage.hostBytes()));
    }

    private static ModuleReportView view(ModuleReport report) {
        return new ModuleReportView(
                report.passed(),
                report.digest().value(),
                report.bytes(),
                report.manifest().map(manifest -> manifest.agent().type().value()).orElse(""),
                report.manifest().map(ModuleManifest::version).orElse(""),
                report.checks().stream()
                        .map(
                                check ->
                                        new ModuleCheckView(
                                                check.rule(),
                                                check.verdict().name(),
                                                check.sentence()))
                        .toList());
    }
}
