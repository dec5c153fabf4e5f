package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.security.Permission;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.SentModule;
import io.sirsi.shell.internal.Text;
import io.sirsi.shell.internal.WasmViews;
import io.sirsi.wasm.ModuleManifest;
import io.sirsi.wasm.ModuleReport;
import java.io.IOException;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Checks a module that was sent along. */
@Service
@Command(
        scope = "wasm",
        name = "check",
        description =
                "Checks a module rule by rule, without installing it; exit code 1 if one fails",
        detailedDescription = "classpath:wasm-check.txt")
public final class WasmCheck extends HypervisorCommand {

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        ModuleReport report = hypervisor.checkModule(SentModule.take(session(), "check"));
        if (json()) {
            print(WasmViews.REPORT, report);
        } else {
            print(WasmViews.CHECK, report.checks());
            report.manifest().ifPresent(manifest -> out().println(asked(manifest)));
            out().println(verdict(report));
        }
        return report.passed() ? 0 : 1;
    }

    /** What whoever installs it should know before. */
    private static String asked(ModuleManifest manifest) {
        String permissions =
                manifest.agent().offers().permissions().stream()
                        .map(Permission::value)
                        .sorted()
                        .collect(Collectors.joining(", "));
        return Text.printable(
                "it asks for "
                        + (permissions.isEmpty() ? "no permission" : permissions)
                        + (manifest.agent().offers().spawnsSubAgents() ? ", sub-agents" : "")
                        + "; a task may take "
                        + manifest.limits().get("deadlineMs")
                        + " ms and "
                        + manifest.limits().get("memoryPages")
                        + " pages of 64 KiB");
    }

    private static String verdict(ModuleReport report) {
        String which =
                report.manifest()
                                .map(manifest -> manifest.agent().type() + " " + manifest.version())
                                .orElse("the module")
                        + " ("
                        + report.digest().brief()
                        + ", "
                        + Text.count(report.bytes(), "byte")
                        + ")";
        long failed =
                report.checks().stream()
                        .filter(check -> check.verdict() == ModuleReport.Verdict.FAILED)
                        .count();
        return Text.printable(which)
                + (failed == 0
                        ? " can be installed"
                        : " cannot be installed: "
                                + Text.count(failed, "rule")
                                + (failed == 1 ? " fails" : " fail"));
    }
}
