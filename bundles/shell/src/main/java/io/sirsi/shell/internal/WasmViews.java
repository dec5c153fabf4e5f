package io.sirsi.shell.internal;

import io.sirsi.agent.AgentDescriptor;
import io.sirsi.task.TaskOutcome;
import io.sirsi.wasm.InstalledModule;
import io.sirsi.wasm.ModuleManifest;
import io.sirsi.wasm.ModuleReport;
import io.sirsi.wasm.ModuleStats;
import io.sirsi.wasm.ModuleTrial;
import io.sirsi.wasm.ModuleUsage;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How modules of WebAssembly, and what is done with them, are shown. */
public final class WasmViews {

    /** Installed modules. */
    public static final View<InstalledModule> MODULE =
            new View<InstalledModule>()
                    .column("type", module -> agent(module).type())
                    .column("version", module -> module.manifest().version())
                    .column("title", module -> agent(module).title())
                    .column("engine", InstalledModule::engine)
                    .column("installedAt", module -> module.origin().at())
                    .column("trouble", InstalledModule::trouble)
                    .detail("id", module -> module.manifest().id())
                    .detail("author", module -> module.manifest().author())
                    .detail("digest", InstalledModule::digest)
                    .detail("installedBy", module -> module.origin().by())
                    .detail("signedBy", module -> module.origin().signedBy())
                    .detail("previous", module -> module.origin().previous())
                    .detail("tasks", module -> agent(module).taskTypes())
                    .detail("capabilities", module -> agent(module).offers().domains())
                    .detail("permissions", module -> agent(module).offers().permissions())
                    .detail("spawnsSubAgents", module -> agent(module).offers().spawnsSubAgents())
                    .detail("concurrency", module -> agent(module).concurrency())
                    .detail("limits", module -> new TreeMap<>(module.manifest().limits()));

    /** How installed modules fare. */
    public static final View<ModuleStats> STATS =
            used(
                    new View<ModuleStats>()
                            .column("type", ModuleStats::type)
                            .column("tasks", stats -> new TreeMap<>(stats.tasks()))
                            .column("traps", stats -> new TreeMap<>(stats.traps()))
                            .column("instances", stats -> new TreeMap<>(stats.instances())),
                    ModuleStats::usage);

    /** The rules by which a module was checked. */
    public static final View<ModuleReport.Check> CHECK =
            new View<ModuleReport.Check>()
                    .column("rule", ModuleReport.Check::rule)
                    .column("verdict", check -> check.verdict().name())
                    .column("sentence", ModuleReport.Check::sentence);

    /** A whole check, for JSON. */
    public static final View<ModuleReport> REPORT =
            new View<ModuleReport>()
                    .column("passed", ModuleReport::passed)
                    .column("digest", ModuleReport::digest)
                    .column("bytes", ModuleReport::bytes)
                    .column("id", report -> report.manifest().map(ModuleManifest::id))
                    .column("type", report -> report.manifest().map(it -> it.agent().type()))
                    .column("version", report -> report.manifest().map(ModuleManifest::version))
                    .column("checks", report -> report.checks().stream().map(CHECK::json).toList());

    /** What a task used. */
    public static final View<ModuleUsage> USAGE = used(new View<>(), usage -> usage);

    /** A task that was tried, for JSON. */
    public static final View<ModuleTrial.Result> TRIAL =
            new View<ModuleTrial.Result>()
                    .column("outcome", result -> json(result.outcome()))
                    .column("log", ModuleTrial.Result::log)
                    .column("usage", result -> USAGE.json(result.usage()));

    private WasmViews() {}

    /** {@return which module it is, for people} */
    public static String name(InstalledModule module) {
        return agent(module).type()
                + " "
                + module.manifest().version()
                + " ("
                + module.digest().brief()
                + ") on "
                + module.engine();
    }

    /** {@return how a task ended, as one line} */
    public static String line(TaskOutcome outcome) {
        String ran = " after " + Text.duration(outcome.ran());
        if (outcome instanceof TaskOutcome.Failed failed) {
            return "failed"
                    + ran
                    + ": "
                    + failed.failure().code()
                    + ", "
                    + Text.printable(failed.failure().sentence());
        }
        return outcome instanceof TaskOutcome.Cancelled cancelled
                ? "cancelled" + ran + ": " + Text.printable(cancelled.reason())
                : "succeeded" + ran;
    }

    private static Map<String, @Nullable Object> json(TaskOutcome outcome) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        if (outcome instanceof TaskOutcome.Succeeded succeeded) {
            object.put("status", "succeeded");
            object.put("ran", outcome.ran());
            object.put("contentType", succeeded.output().contentType());
            object.put("output", succeeded.output().text());
        } else if (outcome instanceof TaskOutcome.Failed failed) {
            object.put("status", "failed");
            object.put("ran", outcome.ran());
            object.put("code", failed.failure().code());
            object.put("sentence", failed.failure().sentence());
            object.put("retryAfter", failed.failure().retryAfter());
        } else if (outcome instanceof TaskOutcome.Cancelled cancelled) {
            object.put("status", "cancelled");
            object.put("ran", outcome.ran());
            object.put("reason", cancelled.reason());
        }
        return object;
    }

    private static <T> View<T> used(View<T> view, Function<T, ModuleUsage> usage) {
        return view.column("ran", value -> usage.apply(value).ran())
                .column("cpu", value -> cpu(usage.apply(value)))
                .column("memoryBytes", value -> usage.apply(value).memoryBytes())
                .column("hostCalls", value -> usage.apply(value).hostCalls())
                .column("hostBytes", value -> usage.apply(value).hostBytes());
    }

    /** Nothing where it was not told: a guest that ran has used some. */
    private static Optional<Duration> cpu(ModuleUsage usage) {
        return usage.cpu().isZero() && !usage.ran().isZero()
                ? Optional.empty()
                : Optional.of(usage.cpu());
    }

    private static AgentDescriptor agent(InstalledModule module) {
        return module.manifest().agent();
    }
}
