package io.sirsi.wasm.internal;

import io.sirsi.failure.RefusedException;
import io.sirsi.hypervisor.AgentAuthority;
import io.sirsi.spi.wasm.EngineLimits;
import io.sirsi.spi.wasm.FunctionType;
import io.sirsi.spi.wasm.WasmEngine;
import io.sirsi.spi.wasm.WasmRejectedException;
import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.wasm.ModuleDigest;
import io.sirsi.wasm.ModuleFile;
import io.sirsi.wasm.ModuleManifest;
import io.sirsi.wasm.ModuleReport;
import io.sirsi.wasm.ModuleReport.Check;
import io.sirsi.wasm.ModuleReport.Verdict;
import io.sirsi.wasm.internal.binary.Admission;
import io.sirsi.wasm.internal.binary.AdmissionLimits;
import io.sirsi.wasm.internal.binary.AdmittedModule;
import io.sirsi.wasm.internal.binary.GuestExports;
import io.sirsi.wasm.internal.binary.GuestMode;
import io.sirsi.wasm.internal.binary.ImportName;
import io.sirsi.wasm.internal.binary.RefusedModuleException;
import io.sirsi.wasm.internal.guest.Guest;
import io.sirsi.wasm.internal.guest.GuestImports;
import io.sirsi.wasm.internal.guest.GuestLimits;
import io.sirsi.wasm.internal.guest.GuestServices;
import io.sirsi.wasm.internal.guest.GuestTask;
import io.sirsi.wasm.internal.manifest.AgentMetadata;
import io.sirsi.wasm.internal.manifest.ManifestReader;
import io.sirsi.wasm.internal.manifest.RefusedManifestException;
import io.sirsi.wasm.internal.signature.SignatureCheck;
import io.sirsi.wasm.internal.signature.TrustedKeys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes versions that can run of files that nobody has looked at: name, admission, metadata, type,
 * exports, signature, compilation, probe, in this order. The first rule that fails ends it. Whoever
 * checks, installs, tries or goes back comes this way. Thread-safe.
 */
final class ModuleLoader implements AutoCloseable {

    /** The rules, in the order in which they are looked at. */
    private static final List<String> RULES =
            List.of(
                    "name",
                    "admission",
                    "metadata",
                    "type",
                    "exports",
                    "signature",
                    "engine",
                    "compilation",
                    "probe");

    /** A file's name, and not a path: letters, digits and a few marks, not beginning with a dot. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._ +-]{0,127}");

    private static final int PAGE = 65_536;

    /** So many bytes of an instance besides its memory are not worth a page. */
    private static final int LITTLE = 16_384;

    private final WasmSettings settings;
    private final Function<String, Optional<WasmEngine>> engines;
    private final CompiledModules compiled;
    private final GuestServices services;
    private final Running running;
    private final Supplier<TrustedKeys> keys;
    private final ManifestReader manifests;
    private final Map<ImportName, FunctionType> imports;
    private volatile BooleanSupplier makeRoom = () -> false;
    private volatile Function<ModuleManifest, Optional<String>> foreignTypes =
            manifest -> Optional.empty();

    /**
     * What instances run with.
     *
     * @param room where they have to find a place
     * @param ready where fresh ones are made
     * @param nanoTime the time for waits
     */
    record Running(Room room, Executor ready, LongSupplier nanoTime) {}

    /**
     * What came out.
     *
     * @param report what is to be said
     * @param version what can run; empty if a rule failed. Whoever does not use it retires it
     * @param signedBy the name of the trusted key
     * @param engine the name of the engine that it is for; empty if that is not known
     * @param name how the file is called
     */
    record Loading(
            ModuleReport report,
            Optional<ModuleVersion> version,
            Optional<String> signedBy,
            String engine,
            String name) {

        /** Lets go of what was loaded, if nobody uses it. */
        void discard() {
            version.ifPresent(ModuleVersion::retire);
        }

        /** {@return the version; a refusal with the rule that failed, if there is none} */
        ModuleVersion orRefuse() {
            return version.orElseThrow(() -> refusal(name, report));
        }
    }

    /** A rule does not hold. */
    private static final class RuleFailure extends Exception {
        private static final long serialVersionUID = 1L;

        RuleFailure(String sentence) {
            super(sentence, null, false, false);
        }
    }

    ModuleLoader(
            WasmSettings settings,
            Function<String, Optional<WasmEngine>> engines,
            CompiledModules compiled,
            GuestServices services,
            Running running,
            Supplier<TrustedKeys> keys) {
        this.settings = settings;
        this.engines = engines;
        this.compiled = compiled;
        this.services = services;
        this.running = running;
        this.keys = keys;
        this.manifests = new ManifestReader(settings.limits().byKey());
        this.imports = importable();
    }

    /** {@return what a module may import, and what each takes and gives} */
    static Map<ImportName, FunctionType> importable() {
        Map<ImportName, FunctionType> all = new HashMap<>();
        GuestImports.allowed()
                .forEach(
                        (module, functions) ->
                                functions.forEach(
                                        (name, type) ->
                                                all.put(new ImportName(module, name), type)));
        return all;
    }

    /** Says who lets an instance go that waits somewhere, when there is no room. */
    void makeRoomBy(BooleanSupplier how) {
        makeRoom = how;
    }

    /** Says who knows why a module cannot have its type. */
    void refuseTypesBy(Function<ModuleManifest, Optional<String>> how) {
        foreignTypes = how;
    }

    /** {@return whether this very engine is there now} */
    boolean has(WasmEngine engine) {
        return engines.apply(engine.name()).filter(there -> there == engine).isPresent();
    }

    /** Forgets what an engine has compiled. */
    void forget(WasmEngine engine) {
        compiled.forget(engine);
    }

    @Override
    public void close() {
        compiled.close();
    }

    /**
     * Loads a file. Blocks while it is compiled and probed.
     *
     * @param file the module
     * @return what came out; never an exception for what is in the file
     */
    Loading load(ModuleFile file) {
        return new Course(file).run();
    }

    /** {@return the refusal of a file whose report has a rule that failed} */
    static RefusedException refusal(String name, ModuleReport report) {
        Check failed =
                report.checks().stream()
                        .filter(check -> check.verdict() == Verdict.FAILED)
                        .findFirst()
                        .orElseThrow();
        String sentence =
                "'" + name + "' is not taken (" + failed.rule() + "): " + failed.sentence();
        return switch (failed.rule()) {
            case "engine" -> RefusedException.unavailable(sentence);
            case "type" -> RefusedException.conflict(sentence);
            default -> RefusedException.invalid(sentence);
        };
    }

    /** One file on its way through the rules. */
    private final class Course {

        private final ModuleFile file;
        private final byte[] binary;
        private final ModuleDigest digest;
        private final List<Check> checks = new ArrayList<>();
        private Optional<String> signedBy = Optional.empty();
        private @Nullable AgentMetadata metadata;

        Course(ModuleFile file) {
            this.file = file;
            this.binary = file.binary();
            this.digest = file.digest();
        }

        Loading run() {
            Optional<ModuleVersion> version = Optional.empty();
            try {
                version = Optional.of(version());
            } catch (RuleFailure failure) {
                String rule = RULES.get(checks.size());
                checks.add(new Check(rule, Verdict.FAILED, String.valueOf(failure.getMessage())));
                RULES.stream()
                        .skip(checks.size())
                        .forEach(
                                later ->
                                        checks.add(
                                                new Check(
                                                        later,
                                                        Verdict.SKIPPED,
                                                        "the rule '" + rule + "' failed before")));
            }
            Optional<ModuleManifest> manifest =
                    Optional.ofNullable(metadata).map(AgentMetadata::manifest);
            return new Loading(
                    new ModuleReport(digest, binary.length, manifest, checks),
                    version,
                    signedBy,
                    Optional.ofNullable(metadata).map(this::engineName).orElse(""),
                    file.name());
        }

        private ModuleVersion version() throws RuleFailure {
            name();
            AdmittedModule widest = admitted(settings.limits());
            passed(widest.figures().toString());
            AgentMetadata found = metadata(widest);
            metadata = found;
            type(found.manifest());
            GuestMode mode = mode(widest);
            signature();
            GuestLimits limits = GuestLimits.of(found.manifest().limits());
            WasmEngine engine = engine(found);
            EngineLimits most = WasmSettings.engineLimits(limits);
            AdmittedModule admitted = admitted(limits);
            SharedModule module = compiled(engine, admitted, most);
            boolean whole = false;
            try {
                ModuleVersion.About about =
                        new ModuleVersion.About(
                                found.manifest(),
                                digest,
                                mode,
                                limits,
                                engine.name(),
                                found.settings());
                InstancePool pool = pool(about, module, pages(admitted));
                probe(about, pool);
                whole = true;
                return new ModuleVersion(about, engine, module, pool);
            } finally {
                if (!whole) {
                    module.release();
                }
            }
        }

        private void name() throws RuleFailure {
            if (!NAME.matcher(file.name()).matches()) {
                throw new RuleFailure(
                        "the name must be a file's, such as tag-audit.wasm, of at most 128 letters,"
                                + " digits and . _ + - and not beginning with a dot");
            }
            passed(file.name());
        }

        /**
         * Once within the node's limits, and then within its own, which only it can tell. That it
         * is read twice takes a hundredth of the time of a load, and a module that does not keep to
         * its own limits is still told first what else is wrong with it.
         */
        private AdmittedModule admitted(GuestLimits limits) throws RuleFailure {
            try {
                return Admission.admit(
                        binary,
                        new AdmissionLimits(
                                WasmSettings.engineLimits(limits),
                                settings.pools().moduleInstructions(),
                                imports));
            } catch (RefusedModuleException refused) {
                throw new RuleFailure(refused.rule().id() + ": " + refused.getMessage());
            }
        }

        private AgentMetadata metadata(AdmittedModule module) throws RuleFailure {
            try {
                AgentMetadata read = manifests.read(module.agentSection(), file.metadata());
                passed(
                        read.manifest().id()
                                + " "
                                + read.manifest().version()
                                + ", agent type "
                                + read.manifest().agent().type());
                return read;
            } catch (RefusedManifestException refused) {
                throw new RuleFailure(String.valueOf(refused.getMessage()));
            }
        }

        /** A guest must not stand in for an agent that people trust. */
        private void type(ModuleManifest manifest) throws RuleFailure {
            Optional<String> why = foreignTypes.apply(manifest);
            if (why.isPresent()) {
                throw new RuleFailure(why.get());
            }
            passed(manifest.agent().type() + " is free, or is this module");
        }

        private GuestMode mode(AdmittedModule module) throws RuleFailure {
            GuestExports exports = GuestExports.of(module);
            if (exports.mode().isEmpty() || !exports.problems().isEmpty()) {
                throw new RuleFailure(String.join("; ", exports.problems()));
            }
            GuestMode mode = exports.mode().get();
            passed(mode == GuestMode.COMMAND ? "a program a task" : "a function a task");
            return mode;
        }

        private void signature() throws RuleFailure {
            SignatureCheck check = keys.get().check(file);
            if (check instanceof SignatureCheck.SignedBy signed) {
                signedBy = Optional.of(signed.key());
                passed("signed by " + signed.key());
            } else if (check instanceof SignatureCheck.BadSignature bad) {
                throw new RuleFailure(bad.sentence());
            } else if (settings.signed()) {
                throw new RuleFailure(
                        "it has no signature, and this node takes only signed modules"
                                + " (requireSignature)");
            } else {
                checks.add(
                        new Check(
                                "signature",
                                Verdict.SKIPPED,
                                "it has no signature, and this node does not require one"));
            }
        }

        private WasmEngine engine(AgentMetadata found) throws RuleFailure {
            String name = engineName(found);
            WasmEngine engine =
                    engines.apply(name)
                            .orElseThrow(
                                    () ->
                                            new RuleFailure(
                                                    "the WebAssembly engine '"
                                                            + name
                                                            + "' is not there; endive is always,"
                                                            + " and wasmtime where it is enabled"
                                                            + " (io.sirsi.wasm.wasmtime.cfg)"));
            passed(engine.name() + " " + engine.version());
            return engine;
        }

        private String engineName(AgentMetadata found) {
            return found.engine().orElse(settings.engine());
        }

        private SharedModule compiled(WasmEngine engine, AdmittedModule module, EngineLimits limits)
                throws RuleFailure {
            long begin = running.nanoTime().getAsLong();
            try {
                SharedModule made = compiled.get(engine, digest, module, limits);
                passed(millis(begin));
                return made;
            } catch (WasmRejectedException rejected) {
                throw new RuleFailure(String.valueOf(rejected.getMessage()));
            }
        }

        /**
         * {@return how many pages an instance counts as: its memory, and what is large beside it}
         */
        private static long pages(AdmittedModule module) {
            return module.figures().maximumPages()
                    + (module.figures().besidesMemory() + PAGE - LITTLE) / PAGE;
        }

        private InstancePool pool(ModuleVersion.About about, SharedModule module, long pages) {
            AgentAuthority nobody = new StartAuthority(about.manifest().agent().offers());
            Guest unborn =
                    new Guest(
                            about.manifest().agent().type(),
                            Optional.empty(),
                            nobody,
                            Map.of(),
                            about.limits());
            GuestInstance.Beginning beginning =
                    GuestInstance.Beginning.of(
                            module.module(),
                            () -> GuestTask.starting(unborn, services.time()),
                            settings.probe());
            return new InstancePool(
                    new InstancePool.Shape(
                            () ->
                                    GuestInstance.make(
                                            module.module(), new GuestImports(services), beginning),
                            running.room(),
                            pages,
                            settings.pools().ready(),
                            settings.pools().idle()),
                    () -> makeRoom.getAsBoolean(),
                    running.ready(),
                    running.nanoTime());
        }

        private void probe(ModuleVersion.About about, InstancePool pool) throws RuleFailure {
            long begin = running.nanoTime().getAsLong();
            GuestInstance instance;
            try {
                instance = pool.take(TrialTask.SESSION);
            } catch (NoRoomException full) {
                throw new RuleFailure("there is no room to try it: " + full.getMessage());
            } catch (WasmRejectedException rejected) {
                throw new RuleFailure("no instance can be made: " + rejected.getMessage());
            } catch (WasmTrap trap) {
                throw new RuleFailure(
                        "its code trapped while it was started ("
                                + trap.kind()
                                + "): "
                                + trap.sentence());
            }
            try {
                String health =
                        about.mode() == GuestMode.COMMAND
                                ? "it starts"
                                : HealthProbe.ask(instance.wasm(), settings.probe());
                passed(health + ", " + millis(begin));
            } catch (WasmTrap trap) {
                throw new RuleFailure(
                        "its code trapped when it was asked how it is ("
                                + trap.kind()
                                + "): "
                                + trap.sentence());
            } catch (HealthProbe.UnwellException unwell) {
                throw new RuleFailure(String.valueOf(unwell.getMessage()));
            } finally {
                pool.giveBack(TrialTask.SESSION, instance);
                pool.giveUpOne();
            }
        }

        private void passed(String sentence) {
            checks.add(new Check(RULES.get(checks.size()), Verdict.PASSED, sentence));
        }

        private String millis(long begin) {
            long micros =
                    Duration.ofNanos(running.nanoTime().getAsLong() - begin).toNanos() / 1_000;
            return micros / 1_000 + "." + micros % 1_000 / 100 + " ms";
        }
    }
}
