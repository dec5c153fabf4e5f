package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Json;
import io.sirsi.shell.internal.KeyValues;
import io.sirsi.shell.internal.SentModule;
import io.sirsi.shell.internal.Text;
import io.sirsi.shell.internal.WasmViews;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskOutcome;
import io.sirsi.wasm.ModuleFile;
import io.sirsi.wasm.ModuleTrial;
import java.io.IOException;
import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;

/** Tries a task with a module that was sent along. */
@Service
@Command(
        scope = "wasm",
        name = "run",
        description =
                "Runs one task with a module, without installing it; exit code 1 if it does not succeed",
        detailedDescription = "classpath:wasm-run.txt")
public final class WasmRun extends HypervisorCommand {

    @Option(
            name = "--input",
            description = "What goes in, as JSON in single quotes; without it no named values")
    private @Nullable String input;

    @Option(name = "--task", description = "The type of task; without it the module's first")
    private @Nullable String taskType;

    @Option(
            name = "--set",
            description = "A setting of the agent, as key=value; may be repeated",
            multiValued = true,
            valueToShowInHelp = "")
    private List<String> settings = List.of();

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        ModuleFile module = SentModule.take(session(), "run");
        Payload payload =
                input == null ? Payload.NONE : Payload.json(Json.checked("--input", input));
        ModuleTrial.Result result =
                hypervisor.runModule(
                        module,
                        new ModuleTrial(
                                taskType == null ? "" : taskType,
                                payload,
                                KeyValues.parse(settings)));
        if (json()) {
            print(WasmViews.TRIAL, result);
        } else {
            tell(result);
        }
        return result.outcome() instanceof TaskOutcome.Succeeded ? 0 : 1;
    }

    private void tell(ModuleTrial.Result result) throws IOException {
        result.log().forEach(line -> out().println("log: " + Text.printable(line)));
        if (result.outcome() instanceof TaskOutcome.Succeeded succeeded) {
            succeeded.output().text().lines().map(Text::printable).forEach(out()::println);
        }
        out().println(WasmViews.line(result.outcome()));
        print(WasmViews.USAGE, result.usage());
    }
}
