package io.sirsi.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sirsi.agent.AgentCapabilities;
import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentType;
import io.sirsi.failure.RefusedException;
import io.sirsi.shell.internal.command.WasmCheck;
import io.sirsi.shell.internal.command.WasmInstall;
import io.sirsi.shell.internal.command.WasmList;
import io.sirsi.shell.internal.command.WasmRollback;
import io.sirsi.shell.internal.command.WasmRun;
import io.sirsi.shell.internal.command.WasmShow;
import io.sirsi.shell.internal.command.WasmStats;
import io.sirsi.shell.internal.command.WasmUnload;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskOutcome;
import io.sirsi.wasm.InstalledModule;
import io.sirsi.wasm.ModuleDigest;
import io.sirsi.wasm.ModuleFile;
import io.sirsi.wasm.ModuleManifest;
import io.sirsi.wasm.ModuleReport;
import io.sirsi.wasm.ModuleReport.Check;
import io.sirsi.wasm.ModuleReport.Verdict;
import io.sirsi.wasm.ModuleStats;
import io.sirsi.wasm.ModuleTrial;
import io.sirsi.wasm.ModuleUsage;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WasmCommandsTest {

    private static final byte[] BINARY = {0, 'a', 's', 'm', 1, 0, 0, 0};
    private static final ModuleDigest DIGEST = ModuleDigest.of(BINARY);
    private static final ModuleManifest MANIFEST =
            new ModuleManifest(
                    "org.example.tag-audit",
                    "1.2.0",
                    "Example Ltd",
                    new AgentDescriptor(
                            new AgentType("tag-audit"),
                            "Reports resources that lack tags",
                            AgentCapabilities.NONE.requiredPermissions("cloud:read"),
                            Set.of("tag-audit"),
                            4),
                    Map.of("memoryPages", 64L));
    private static final InstalledModule MODULE =
            new InstalledModule(
                    MANIFEST,
                    DIGEST,
                    "endive",
                    new InstalledModule.Origin(
                            "ada",
                            Instant.parse("2026-11-22T12:00:00Z"),
                            Optional.of("release"),
                            Optional.empty()),
                    Optional.of("the engine 'endive' is not there"));
    private static final ModuleUsage USAGE =
            new ModuleUsage(Duration.ofMillis(41), Duration.ofMillis(40), 131_072, 7, 900);

    private final ScriptedHypervisor hypervisor = new ScriptedHypervisor();
    private final FakeShell script = new FakeShell(hypervisor, false);

    @Test
    void modules_are_listed_with_what_troubles_them() throws Exception {
        hypervisor.answer("modules", none -> List.of(MODULE));

        FakeShell.Ran ran = script.run(new WasmList());

        assertThat(ran.result()).isNull();
        assertThat(ran.out())
                .contains("tag-audit", "1.2.0", "endive", "the engine 'endive' is not there")
                .doesNotContain(DIGEST.value());
    }

    @Test
    void a_module_shows_where_it_came_from_and_what_it_may_do() throws Exception {
        hypervisor.answer("module", given -> MODULE);

        assertThat(script.run(with(new WasmShow(), "type", "tag-audit")).out())
                .contains(DIGEST.value(), "ada", "release", "cloud:read", "memoryPages=64")
                .contains("org.example.tag-audit", "Example Ltd")
                .doesNotContain("previous");
        assertThat(hypervisor.asked).containsExactly("module[tag-audit]");
    }

    @Test
    void a_module_is_json_for_scripts() throws Exception {
        hypervisor.answer("module", given -> MODULE);
        WasmShow show = with(new WasmShow(), "type", "tag-audit");
        FakeShell.set(show, "json", true);

        JsonNode json = json(script.run(show));

        assertThat(json.get("digest").asText()).isEqualTo(DIGEST.value());
        assertThat(json.get("installedAt").asText()).isEqualTo("2026-11-22T12:00:00Z");
        assertThat(json.get("previous").isNull()).isTrue();
        assertThat(json.get("limits").get("memoryPages").asLong()).isEqualTo(64);
    }

    @Test
    void a_type_that_can_be_none_is_named_before_anybody_is_asked() throws Exception {
        for (HypervisorCommand command :
                List.of(new WasmShow(), new WasmStats(), new WasmRollback(), new WasmUnload())) {
            assertThat(script.run(with(command, "type", "Tag Audit")).err())
                    .isEqualTo("not an agent type: 'Tag Audit'; wasm:list shows them.");
        }
        assertThat(hypervisor.asked).isEmpty();
    }

    @Test
    void stats_are_of_all_modules_or_of_one() throws Exception {
        hypervisor.answer("moduleStats", none -> List.of(stats("other", 3), stats("tag-audit", 5)));

        assertThat(script.run(new WasmStats()).out()).contains("other", "tag-audit");
        assertThat(script.run(with(new WasmStats(), "type", "tag-audit")).out())
                .contains("succeeded=5", "DEADLINE=1", "busy=1", "41 ms", "131072")
                .doesNotContain("other");
        assertThat(script.run(with(new WasmStats(), "type", "nosuch")).err())
                .isEqualTo("there is no module 'nosuch'; wasm:list shows those that there are.");
    }

    @Test
    void the_time_of_a_processor_that_no_engine_told_is_not_shown_as_zero() throws Exception {
        ModuleUsage usage = new ModuleUsage(Duration.ofMillis(41), Duration.ZERO, 0, 0, 0);
        assertThat(WasmViews.USAGE.json(usage).get("cpu")).isNull();
        assertThat(WasmViews.USAGE.json(USAGE).get("cpu")).hasToString("PT0.04S");
        assertThat(WasmViews.USAGE.json(ModuleUsage.NONE).get("cpu")).hasToString("PT0S");
    }

    @Test
    void a_check_shows_every_rule_and_passes() throws Exception {
        List<ModuleFile> checked = new ArrayList<>();
        hypervisor.answer(
                "checkModule",
                given -> {
                    checked.add((ModuleFile) given[0]);
                    return report(Verdict.PASSED);
                });
        send();

        FakeShell.Ran ran = script.run(new WasmCheck());

        assertThat(ran.result()).isNull();
        assertThat(ran.out())
                .contains("memory", "PASSED", "2 of 256 pages", "signature", "SKIPPED")
                .contains("tag-audit 1.2.0 (" + DIGEST.brief() + ", 8 bytes) can be installed");
        assertThat(checked).singleElement().hasToString("tag-audit.wasm (8 bytes)");
    }

    @Test
    void a_check_that_fails_is_exit_code_1_and_says_how_many_rules_fail() throws Exception {
        hypervisor.answer("checkModule", given -> report(Verdict.FAILED));
        send();

        FakeShell.Ran ran = script.run(new WasmCheck());

        assertThat(ran.result()).isEqualTo(1);
        assertThat(ran.out()).contains("FAILED", "cannot be installed: 1 rule fails");
        assertThat(ran.err()).isEmpty();
    }

    @Test
    void a_check_as_json_has_its_verdict_and_the_same_exit_code() throws Exception {
        hypervisor.answer("checkModule", given -> report(Verdict.FAILED));
        send();
        WasmCheck check = new WasmCheck();
        FakeShell.set(check, "json", true);

        FakeShell.Ran ran = script.run(check);

        assertThat(ran.result()).isEqualTo(1);
        JsonNode json = json(ran);
        assertThat(json.get("passed").asBoolean()).isFalse();
        assertThat(json.get("type").asText()).isEqualTo("tag-audit");
        assertThat(json.get("checks").get(0).get("verdict").asText()).isEqualTo("FAILED");
    }

    @Test
    void a_run_gives_its_input_and_settings_and_tells_log_output_and_usage() throws Exception {
        ModuleTrial[] tried = new ModuleTrial[1];
        hypervisor.answer(
                "runModule",
                given -> {
                    tried[0] = (ModuleTrial) given[1];
                    return new ModuleTrial.Result(
                            new TaskOutcome.Succeeded(
                                    Duration.ofMillis(41), Payload.json("{\n\"findings\": []}")),
                            USAGE,
                            List.of("info looked at 3", "\u001b[31mred"));
                });
        send();
        WasmRun run = with(new WasmRun(), "input", "{\"scan\":\"latest\"}");
        FakeShell.set(run, "settings", List.of("requiredTags=owner"));
        FakeShell.set(run, "taskType", "tag-audit");

        FakeShell.Ran ran = script.run(run);

        assertThat(ran.result()).isNull();
        assertThat(ran.out().lines())
                .startsWith(
                        "log: info looked at 3",
                        "log: ?[31mred",
                        "{",
                        "\"findings\": []}",
                        "succeeded after 41 ms")
                .anyMatch(line -> line.matches("host calls +7"));
        assertThat(tried[0])
                .isEqualTo(
                        new ModuleTrial(
                                "tag-audit",
                                Payload.json("{\"scan\":\"latest\"}"),
                                Map.of("requiredTags", "owner")));
    }

    @Test
    void a_run_that_does_not_succeed_is_exit_code_1_with_its_reason() throws Exception {
        TaskOutcome failed =
                new TaskOutcome.Failed(
                        Duration.ofMillis(3),
                        AgentFailure.of(AgentFailure.Code.LIMIT, "more than 10000 host calls"));
        hypervisor.answer("runModule", given -> new ModuleTrial.Result(failed, USAGE, List.of()));
        send();
        FakeShell.Ran ran = script.run(new WasmRun());
        assertThat(ran.result()).isEqualTo(1);
        assertThat(ran.out()).contains("failed after 3 ms: LIMIT, more than 10000 host calls");

        WasmRun asJson = new WasmRun();
        FakeShell.set(asJson, "json", true);
        send();
        ran = script.run(asJson);
        assertThat(ran.result()).isEqualTo(1);
        assertThat(json(ran).get("outcome").get("code").asText()).isEqualTo("LIMIT");
        assertThat(json(ran).get("usage").get("hostCalls").asInt()).isEqualTo(7);

        TaskOutcome cancelled = new TaskOutcome.Cancelled(Duration.ofMillis(3), "asked to stop");
        hypervisor.answer(
                "runModule", given -> new ModuleTrial.Result(cancelled, USAGE, List.of()));
        send();
        ran = script.run(new WasmRun());
        assertThat(ran.result()).isEqualTo(1);
        assertThat(ran.out()).contains("cancelled after 3 ms: asked to stop");
    }

    @Test
    void input_that_is_not_json_is_refused_with_its_place_before_anything_runs() throws Exception {
        for (String broken : List.of("{host:1}", "{} {}", "{\"a\":", "")) {
            send();
            assertThat(script.run(with(new WasmRun(), "input", broken)).err())
                    .startsWith("--input is ")
                    .endsWith(".");
        }
        assertThat(hypervisor.asked).isEmpty();
    }

    @Test
    void an_installed_module_is_named_with_what_to_do_next() throws Exception {
        List<ModuleFile> installed = new ArrayList<>();
        hypervisor
                .answer("modules", none -> List.of())
                .answer(
                        "installModule",
                        given -> {
                            installed.add((ModuleFile) given[0]);
                            return MODULE;
                        });
        send();

        assertThat(script.run(new WasmInstall()).out().strip())
                .isEqualTo(
                        "installed tag-audit 1.2.0 ("
                                + DIGEST.brief()
                                + ") on endive; agent:spawn tag-audit makes an agent of it");
        assertThat(installed.get(0).binary()).isEqualTo(BINARY);
    }

    @ParameterizedTest
    @CsvSource({"1.10.0,true", "2.0.0,true", "1.2.0,false", "1.1.99,false"})
    void a_module_that_replaces_a_higher_version_says_so(String served, boolean higher)
            throws Exception {
        hypervisor
                .answer(
                        "modules",
                        none -> List.of(module("other", "9.0.0"), module("tag-audit", served)))
                .answer("installModule", given -> MODULE);
        String sentence =
                "1.2.0 replaces "
                        + served
                        + ", which is higher; 'wasm:rollback tag-audit' goes back";
        send();

        List<String> told = script.run(new WasmInstall()).out().lines().toList();

        assertThat(told).hasSize(higher ? 2 : 1);
        assertThat(told.contains(sentence)).isEqualTo(higher);
    }

    @Test
    void who_may_install_and_not_read_installs() throws Exception {
        hypervisor
                .answer(
                        "modules",
                        none -> {
                            throw RefusedException.denied("no wasm:read");
                        })
                .answer("installModule", given -> MODULE);
        send();

        assertThat(script.run(new WasmInstall()).out()).startsWith("installed tag-audit 1.2.0");
    }

    private static InstalledModule module(String type, String version) {
        return new InstalledModule(
                new ModuleManifest(
                        "org.example." + type,
                        version,
                        "",
                        new AgentDescriptor(
                                new AgentType(type), type, AgentCapabilities.NONE, Set.of(type), 1),
                        Map.of()),
                DIGEST,
                "endive",
                MODULE.origin(),
                Optional.empty());
    }

    @Test
    void a_refused_module_is_one_sentence_and_exit_code_1() throws Exception {
        hypervisor
                .answer("modules", none -> List.of())
                .answer(
                        "installModule",
                        given -> {
                            throw RefusedException.conflict("the type 'aws' belongs to a bundle.");
                        });
        send();

        FakeShell.Ran ran = script.run(new WasmInstall());

        assertThat(ran.result()).isEqualTo(1);
        assertThat(ran.err()).isEqualTo("the type 'aws' belongs to a bundle.");
    }

    @Test
    void commands_that_need_a_module_say_how_one_is_sent() throws Exception {
        assertThat(script.run(new WasmCheck()).err()).contains("./sirsi wasm check FILE.wasm");
        assertThat(script.run(new WasmRun()).err()).contains("./sirsi wasm run FILE.wasm");
        assertThat(script.run(new WasmInstall()).err()).contains("./sirsi wasm install FILE.wasm");
        assertThat(hypervisor.asked).isEmpty();
    }

    @Test
    void rollback_and_unload_name_what_they_did() throws Exception {
        hypervisor.answer("rollbackModule", given -> MODULE).answer("unloadModule", given -> 2);

        assertThat(script.run(with(new WasmRollback(), "type", "tag-audit")).out())
                .startsWith("went back to tag-audit 1.2.0 (" + DIGEST.brief() + ")");
        assertThat(script.run(with(new WasmUnload(), "type", "tag-audit")).out().strip())
                .isEqualTo("unloaded tag-audit, ended 2 agents");
        assertThat(hypervisor.asked)
                .containsExactly("rollbackModule[tag-audit]", "unloadModule[tag-audit]");
    }

    private void send() throws Exception {
        SentFile.receive(
                script.session(System.out),
                new ByteArrayInputStream(BINARY),
                BINARY.length,
                "tag-audit.wasm");
    }

    private static ModuleReport report(Verdict memory) {
        return new ModuleReport(
                DIGEST,
                BINARY.length,
                Optional.of(MANIFEST),
                List.of(
                        new Check("memory", memory, "2 of 256 pages"),
                        new Check("signature", Verdict.SKIPPED, "it has none")));
    }

    private static ModuleStats stats(String type, long succeeded) {
        return new ModuleStats(
                new AgentType(type),
                Map.of("succeeded", succeeded),
                Map.of("DEADLINE", 1L),
                Map.of("busy", 1L, "idle", 0L),
                USAGE);
    }

    private static <C extends HypervisorCommand> C with(C command, String name, Object value)
            throws ReflectiveOperationException {
        FakeShell.set(command, name, value);
        return command;
    }

    private static JsonNode json(FakeShell.Ran ran) throws Exception {
        return new ObjectMapper().readTree(ran.out());
    }
}
