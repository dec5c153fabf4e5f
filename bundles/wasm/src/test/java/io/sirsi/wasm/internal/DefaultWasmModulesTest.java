package io.sirsi.wasm.internal;

import static io.sirsi.wasm.internal.TestNode.output;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.agent.AgentCapabilities;
import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentType;
import io.sirsi.failure.RefusedException;
import io.sirsi.session.SessionId;
import io.sirsi.spi.agent.Agent;
import io.sirsi.spi.agent.FakeTaskContext;
import io.sirsi.spi.wasm.WasmBuilder;
import io.sirsi.spi.wasm.WasmCode;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskOutcome;
import io.sirsi.task.TaskSpec;
import io.sirsi.wasm.InstalledModule;
import io.sirsi.wasm.ModuleDigest;
import io.sirsi.wasm.ModuleFile;
import io.sirsi.wasm.ModuleInstalled;
import io.sirsi.wasm.ModuleReport;
import io.sirsi.wasm.ModuleStats;
import io.sirsi.wasm.ModuleTrial;
import io.sirsi.wasm.ModuleUnloaded;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefaultWasmModulesTest {

    private static final AgentType TYPE = new AgentType("audit");

    @TempDir Path folder;
    private TestNode node;

    @BeforeEach
    void start() throws IOException {
        node = new TestNode(folder, Map.of());
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void makes_a_module_an_agent_type_that_runs_tasks() throws Exception {
        InstalledModule module =
                node.modules.install(TestModules.answering("audit", "1.0.0"), "ada");

        assertThat(module.manifest().agent().type()).isEqualTo(TYPE);
        assertThat(module.origin().by()).isEqualTo("ada");
        assertThat(module.origin().previous()).isEmpty();
        assertThat(node.modules.list()).containsExactly(module);
        assertThat(output(node.agent("audit"), "audit")).isEqualTo("\"1.0.0\"");
        assertThat(node.told).singleElement().isInstanceOf(ModuleInstalled.class);
    }

    @Test
    void lets_living_agents_run_their_next_task_in_the_newer_version() throws Exception {
        node.modules.install(TestModules.answering("audit", "1.0.0"), "ada");
        Agent agent = node.agent("audit");

        InstalledModule newer =
                node.modules.install(TestModules.answering("audit", "1.1.0"), "bob");

        assertThat(output(agent, "audit")).isEqualTo("\"1.1.0\"");
        assertThat(newer.origin().previous())
                .contains(ModuleDigest.of(TestModules.answering("audit", "1.0.0").binary()));
        assertThat(node.types.history).containsExactly("+audit");
    }

    @Test
    void ends_the_type_and_begins_it_anew_where_a_version_offers_something_else() {
        node.modules.install(TestModules.answering("audit", "1.0.0"), "ada");

        node.modules.install(
                TestModules.answering("audit", "1.1.0", ",\"capabilities\":[\"storage\"]"), "ada");

        assertThat(node.types.history).containsExactly("+audit", "-audit", "+audit");
        assertThat(node.types.offered.get(TYPE).descriptor().offers().domains())
                .containsExactly("storage");
    }

    @Test
    void begins_the_type_anew_where_a_version_takes_other_settings_and_where_it_goes_back() {
        String before =
                ",\"configSchema\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}";
        String after = before.replace("string", "integer");
        node.modules.install(TestModules.answering("audit", "1.0.0", before), "ada");

        node.modules.install(TestModules.answering("audit", "1.0.1", before), "ada");
        assertThat(node.types.history).containsExactly("+audit");

        node.modules.install(TestModules.answering("audit", "1.1.0", after), "ada");
        assertThat(node.types.history).containsExactly("+audit", "-audit", "+audit");

        node.modules.rollback(TYPE, "ada");
        assertThat(node.types.history)
                .containsExactly("+audit", "-audit", "+audit", "-audit", "+audit");
    }

    @Test
    void knows_a_version_that_is_kept_from_the_one_that_serves() {
        ModuleFile first = TestModules.answering("audit", "1.0.0");
        ModuleFile second = TestModules.answering("audit", "1.1.0");
        node.modules.install(first, "ada");
        node.modules.install(second, "ada");

        assertThat(node.modules.known(first)).isEqualTo(DefaultWasmModules.Known.KEPT);
        assertThat(node.modules.known(second)).isEqualTo(DefaultWasmModules.Known.SERVES);
    }

    @Test
    void goes_back_to_the_version_before_and_no_further() throws Exception {
        node.modules.install(TestModules.answering("audit", "1.0.0"), "ada");
        node.modules.install(TestModules.answering("audit", "1.1.0"), "ada");

        InstalledModule back = node.modules.rollback(TYPE, "bob");

        assertThat(back.manifest().version()).isEqualTo("1.0.0");
        assertThat(output(node.agent("audit"), "audit")).isEqualTo("\"1.0.0\"");
        assertThatThrownBy(() -> node.modules.rollback(TYPE, "bob"))
                .isInstanceOf(RefusedException.class)
                .hasMessage("there is no version of 'audit' before the one that serves");
    }

    @Test
    void does_not_take_back_by_itself_what_somebody_took_back() {
        ModuleFile bad = TestModules.answering("audit", "1.1.0");
        node.modules.install(TestModules.answering("audit", "1.0.0"), "ada");
        node.modules.install(bad, "ada");
        assertThat(node.modules.known(bad)).isNotEqualTo(DefaultWasmModules.Known.NEW);

        node.modules.rollback(TYPE, "ada");
        assertThat(node.modules.known(bad)).isNotEqualTo(DefaultWasmModules.Known.NEW);

        node.modules.install(bad, "ada");
        node.modules.unload(TYPE);
        assertThat(node.modules.known(bad)).isNotEqualTo(DefaultWasmModules.Known.NEW);
        assertThat(node.modules.known(TestModules.answering("audit", "1.0.0")))
                .isEqualTo(DefaultWasmModules.Known.WITHDRAWN);
    }

    @Test
    void keeps_the_old_version_where_the_new_one_is_not_taken() throws Exception {
        node.modules.install(TestModules.answering("audit", "1.0.0"), "ada");
        ModuleFile half = halved(TestModules.answering("audit", "1.1.0"));

        assertThatThrownBy(() -> node.modules.install(half, "ada"))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.reason()).isEqualTo(RefusedException.Reason.INVALID))
                .hasMessageStartingWith("'guest.wasm' is not taken (admission): ");

        assertThat(output(node.agent("audit"), "audit")).isEqualTo("\"1.0.0\"");
        assertThat(node.modules.list().get(0).manifest().version()).isEqualTo("1.0.0");
    }

    @Test
    void comes_back_after_a_restart_with_its_history() throws Exception {
        node.modules.install(TestModules.answering("audit", "1.0.0"), "ada");
        node.modules.install(TestModules.answering("audit", "1.1.0"), "bob");
        List<InstalledModule> before = node.modules.list();
        node.close();

        node = new TestNode(folder, Map.of());

        assertThat(node.modules.list()).isEqualTo(before);
        assertThat(output(node.agent("audit"), "audit")).isEqualTo("\"1.1.0\"");
        assertThat(node.modules.rollback(TYPE, "ada").manifest().version()).isEqualTo("1.0.0");
    }

    @Test
    void does_not_run_a_file_that_was_changed_on_disk() throws Exception {
        InstalledModule module =
                node.modules.install(TestModules.answering("audit", "1.0.0"), "ada");
        node.close();
        Files.write(
                folder.resolve("wasm/audit/" + module.digest() + ".wasm"),
                TestModules.answering("audit", "6.6.6").binary());

        node = new TestNode(folder, Map.of());

        assertThat(node.types.offered).isEmpty();
    }

    @Test
    void sweeps_away_what_a_crash_left_of_an_installation() throws Exception {
        Files.createDirectories(folder.resolve("wasm/half"));
        Files.write(folder.resolve("wasm/half/" + "0".repeat(64) + ".wasm"), new byte[] {1});
        node.close();

        node = new TestNode(folder, Map.of());

        assertThat(folder.resolve("wasm/half")).doesNotExist();
        assertThat(node.modules.list()).isEmpty();
    }

    @Test
    void knows_versions_apart_that_differ_in_their_side_file_alone() {
        byte[] bare = bare();
        node.modules.install(ModuleFile.of("x.wasm", bare).withMetadata(side("1.0.0")), "ada");
        node.modules.install(ModuleFile.of("x.wasm", bare).withMetadata(side("1.1.0")), "ada");

        assertThat(node.modules.rollback(TYPE, "ada").manifest().version()).isEqualTo("1.0.0");
        assertThat(node.modules.known(ModuleFile.of("x.wasm", bare).withMetadata(side("1.2.0"))))
                .isEqualTo(DefaultWasmModules.Known.NEW);
    }

    @Test
    void takes_no_others_down_with_a_damaged_one_and_sweeps_nothing_foreign() throws Exception {
        node.modules.install(TestModules.answering("audit", "1.0.0"), "ada");
        node.modules.install(TestModules.answering("other", "1.0.0"), "ada");
        node.close();
        Files.write(folder.resolve("wasm/other/versions.json"), new byte[0]);
        Files.createDirectories(folder.resolve("wasm/Not ours/deeper"));
        Path notes = Files.createDirectories(folder.resolve("wasm/notes"));
        Files.writeString(notes.resolve("precious.txt"), "x");

        node = new TestNode(folder, Map.of());

        assertThat(node.types.offered).containsOnlyKeys(TYPE);
        assertThat(notes.resolve("precious.txt")).exists();
        try (Stream<Path> files = Files.list(folder.resolve("wasm/other"))) {
            assertThat(files.count()).isEqualTo(2);
        }
    }

    @Test
    void keeps_the_type_of_a_module_that_cannot_run_for_it() throws Exception {
        node.modules.install(
                TestModules.answering("audit", "1.0.0", ",\"limits\":{\"memoryPages\":200}"), "a");
        node.close();
        node = new TestNode(folder, Map.of("memoryPages", 100));
        ModuleFile other =
                TestModules.guest(
                        TestModules.metadata("audit", "9.0.0", "")
                                .replace("org.example.", "org.evil."),
                        "{}",
                        WasmCode.code());

        assertThat(node.types.offered).isEmpty();
        assertThatThrownBy(() -> node.modules.install(other, "eve"))
                .hasMessageContaining("is the module org.example.audit, not org.evil.audit");
    }

    @Test
    void gives_an_instance_that_served_a_session_to_that_session_alone() throws Exception {
        SessionId ada = new SessionId("s-" + "a".repeat(26));
        SessionId bob = new SessionId("s-" + "b".repeat(26));
        ModuleVersion version = node.loader.load(TestModules.counting("audit")).orRefuse();
        InstancePool pool = version.pool();
        GuestInstance used = pool.take(ada);
        pool.giveBack(ada, used);

        GuestInstance bobs = pool.take(bob);
        GuestInstance adas = pool.take(ada);

        assertThat(bobs).isNotSameAs(used);
        assertThat(adas).isSameAs(used);
        pool.giveBack(bob, bobs);
        pool.giveBack(ada, adas);
        version.retire();
        assertThat(node.room.instances()).isZero();
    }

    @Test
    void does_not_start_with_a_word_where_a_yes_or_no_is_needed() {
        assertThatThrownBy(
                        () ->
                                new TestNode(
                                        folder.resolve("other"), Map.of("requireSignature", "yes")))
                .hasMessage("requireSignature must be true or false: 'yes'");
    }

    @Test
    void unloads_a_type_with_all_its_files() {
        node.modules.install(TestModules.answering("audit", "1.0.0"), "ada");

        node.modules.unload(TYPE);

        assertThat(node.modules.list()).isEmpty();
        assertThat(node.types.history).containsExactly("+audit", "-audit");
        assertThat(folder.resolve("wasm/audit")).doesNotExist();
        assertThat(node.told.get(1)).isInstanceOf(ModuleUnloaded.class);
        assertThat(node.room.instances()).isZero();
        assertThatThrownBy(() -> node.modules.unload(TYPE))
                .hasMessage("there is no module 'audit'; wasm:list shows those that there are");
    }

    @Test
    void refuses_a_type_of_a_bundle_or_of_the_platform_or_of_another_module() {
        node.types.foreign.put(new AgentType("taken"), "org.example.bundle");
        node.modules.install(TestModules.answering("audit", "1.0.0"), "ada");
        ModuleFile other =
                TestModules.guest(
                        TestModules.metadata("audit", "9.0.0", "")
                                .replace("org.example.", "org.evil."),
                        "{}",
                        WasmCode.code());

        assertThatThrownBy(() -> node.modules.install(TestModules.answering("taken", "1.0.0"), "a"))
                .hasMessageContaining("belongs to the bundle org.example.bundle");
        assertThatThrownBy(() -> node.modules.install(TestModules.answering("aws", "1.0.0"), "a"))
                .hasMessageContaining("is the platform's");
        assertThatThrownBy(() -> node.modules.install(other, "a"))
                .hasMessageContaining(
                        "'audit' is the module org.example.audit, not org.evil.audit");
        assertThat(node.types.history).containsExactly("+audit");
        assertThat(node.modules.list()).hasSize(1);
    }

    @Test
    void refuses_what_is_no_module_with_one_sentence() {
        ModuleFile good = TestModules.answering("audit", "1.0.0");
        Map<String, ModuleFile> bad =
                Map.of(
                        "name: path", ModuleFile.of("../x.wasm", good.binary()),
                        "name: dot", ModuleFile.of(".wasm", good.binary()),
                        "admission: empty", ModuleFile.of("x.wasm", new byte[0]),
                        "admission: text",
                                ModuleFile.of("x.wasm", "hello".getBytes(StandardCharsets.UTF_8)),
                        "metadata: none", ModuleFile.of("x.wasm", new WasmBuilder().build()),
                        "metadata: twice", good.withMetadata("{}".getBytes(StandardCharsets.UTF_8)),
                        "signature: none of the keys", good.withSignature(new byte[64]),
                        "exports: wrong", exportless());
        bad.forEach(
                (why, file) ->
                        assertThatThrownBy(() -> node.modules.install(file, "ada"))
                                .as(why)
                                .isInstanceOf(RefusedException.class)
                                .hasMessageContaining(
                                        "(" + why.substring(0, why.indexOf(':')) + "): "));
        assertThat(node.modules.list()).isEmpty();
        assertThat(node.types.history).isEmpty();
        assertThat(node.room.instances()).isZero();
    }

    @Test
    void says_of_each_rule_how_it_came_out_and_installs_nothing() {
        ModuleReport good = node.modules.check(TestModules.answering("audit", "1.0.0"));
        assertThat(good.passed()).isTrue();
        assertThat(good.checks())
                .extracting(ModuleReport.Check::rule)
                .containsExactly(
                        "name",
                        "admission",
                        "metadata",
                        "type",
                        "exports",
                        "signature",
                        "engine",
                        "compilation",
                        "probe");

        ModuleReport bad = node.modules.check(exportless());
        assertThat(bad.passed()).isFalse();
        assertThat(bad.checks())
                .filteredOn(check -> check.verdict() == ModuleReport.Verdict.SKIPPED)
                .extracting(ModuleReport.Check::rule)
                .containsExactly("signature", "engine", "compilation", "probe");
        assertThat(node.modules.list()).isEmpty();
        assertThat(node.room.instances()).isZero();
    }

    @Test
    void gives_each_task_an_instance_as_new() throws Exception {
        node.modules.install(TestModules.counting("audit"), "ada");
        Agent agent = node.agent("audit");

        for (int i = 0; i < 5; i++) {
            assertThat(output(agent, "audit")).isEqualTo("1");
        }
        assertThat(node.modules.stats().get(0).tasks()).containsEntry("succeeded", 5L);
    }

    @Test
    void ends_an_endless_task_at_its_deadline_and_goes_on() throws Exception {
        node.modules.install(
                TestModules.endless("audit", ",\"limits\":{\"deadlineMs\":30}"), "ada");

        TaskOutcome outcome = node.agent("audit").run(new FakeTaskContext(TaskSpec.of("audit")));

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        TaskOutcome.Failed.class,
                        failed ->
                                assertThat(failed.failure().code())
                                        .isEqualTo(AgentFailure.Code.TIMED_OUT));
        ModuleStats stats = node.modules.stats().get(0);
        assertThat(stats.traps()).containsExactly(Map.entry("DEADLINE", 1L));
        assertThat(stats.instances()).containsEntry("busy", 0L);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void tells_a_trap_as_a_failure_and_throws_the_instance_away() throws Exception {
        node.modules.install(TestModules.trapping("audit", "1.0.0"), "ada");

        TaskOutcome outcome = node.agent("audit").run(new FakeTaskContext(TaskSpec.of("audit")));

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        TaskOutcome.Failed.class,
                        failed ->
                                assertThat(failed.failure().sentence())
                                        .startsWith("the guest trapped (UNREACHABLE)"));
        assertThat(node.room.instances()).isEqualTo(1); // the one that is ready
    }

    @Test
    void takes_the_type_of_a_module_away_with_its_engine_and_brings_it_back_with_it()
            throws Exception {
        node.modules.install(TestModules.answering("audit", "1.0.0"), "ada");
        Agent late = node.agent("audit");
        node.engines.clear();
        node.modules.engineGone(node.endive.engine());

        assertThat(node.types.offered).isEmpty();
        assertThat(late.run(new FakeTaskContext(TaskSpec.of("audit"))))
                .isInstanceOfSatisfying(
                        TaskOutcome.Failed.class,
                        failed -> {
                            assertThat(failed.failure().retryable()).isTrue();
                            assertThat(failed.failure().sentence())
                                    .isEqualTo("the WebAssembly engine 'endive' is not there");
                        });
        assertThat(node.modules.list().get(0).trouble())
                .contains("the WebAssembly engine 'endive' is not there");

        node.engines.put("endive", node.endive.engine());
        node.modules.engineCame(node.endive.engine());
        assertThat(output(node.agent("audit"), "audit")).isEqualTo("\"1.0.0\"");
        assertThat(node.types.history).containsExactly("+audit", "-audit", "+audit");
        assertThat(node.modules.list().get(0).trouble()).isEmpty();
    }

    @Test
    void lets_no_task_of_a_type_that_goes_with_its_engine_meet_a_module_that_cannot_run()
            throws Exception {
        node.modules.install(TestModules.answering("audit", "1.0.0"), "ada");
        Agent draining = node.agent("audit");
        List<String> outputs = new ArrayList<>();
        node.types.going = () -> outputs.add(output(draining, "audit"));
        node.engines.clear();
        node.modules.engineGone(node.endive.engine());

        assertThat(outputs).containsExactly("\"1.0.0\"");
    }

    @Test
    void shows_a_module_whose_engine_is_not_there_at_the_start_with_its_trouble() throws Exception {
        node.modules.install(TestModules.answering("audit", "1.0.0"), "ada");
        node.close();

        node = new TestNode(folder, Map.of("engine", "other"));

        assertThat(node.types.offered).isEmpty();
        assertThat(node.modules.list())
                .singleElement()
                .satisfies(
                        module -> {
                            assertThat(module.engine()).isEqualTo("other");
                            assertThat(module.trouble().orElseThrow())
                                    .contains("the WebAssembly engine 'other' is not there");
                        });
    }

    @Test
    void tries_a_module_without_installing_it() {
        ModuleTrial.Result result =
                node.modules.run(
                        TestModules.answering("audit", "1.0.0"),
                        new ModuleTrial("", Payload.NONE, Map.of()),
                        new StartAuthority(AgentCapabilities.NONE));

        assertThat(result.outcome()).isInstanceOf(TaskOutcome.Succeeded.class);
        assertThat(result.usage().memoryBytes()).isEqualTo(65_536);
        assertThat(node.modules.list()).isEmpty();
        assertThat(node.room.instances()).isZero();
        assertThatThrownBy(
                        () ->
                                node.modules.run(
                                        TestModules.answering("audit", "1.0.0"),
                                        new ModuleTrial("other", Payload.NONE, Map.of()),
                                        new StartAuthority(AgentCapabilities.NONE)))
                .hasMessage("the module runs no tasks of type 'other'; it runs audit");
    }

    @Test
    void refuses_unsigned_modules_where_signatures_are_required() throws Exception {
        try (TestNode strict =
                new TestNode(folder.resolve("strict"), Map.of("requireSignature", "true"))) {
            assertThatThrownBy(
                            () ->
                                    strict.modules.install(
                                            TestModules.answering("audit", "1.0.0"), "ada"))
                    .hasMessageContaining("it has no signature, and this node takes only signed");
        }
    }

    @Test
    void makes_room_by_giving_up_what_waits_and_says_when_there_is_none() throws Exception {
        try (TestNode narrow =
                new TestNode(
                        folder.resolve("narrow"), Map.of("maxInstances", 2, "readyInstances", 0))) {
            for (String type : List.of("one", "two", "three")) {
                narrow.modules.install(TestModules.answering(type, "1.0.0"), "ada");
                assertThat(output(narrow.agent(type), type)).isEqualTo("\"1.0.0\"");
            }
            assertThat(narrow.room.instances()).isEqualTo(2);
        }
    }

    @Test
    void leaves_no_module_out_where_the_thread_that_starts_it_is_interrupted() throws Exception {
        node.modules.install(TestModules.answering("audit", "1.0.0"), "ada");
        node.close();

        Thread.currentThread().interrupt();
        try {
            node = new TestNode(folder, Map.of());
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }

        assertThat(node.types.offered).containsOnlyKeys(TYPE);
        assertThat(output(node.agent("audit"), "audit")).isEqualTo("\"1.0.0\"");
    }

    @Test
    void a_task_waits_while_there_is_no_room() throws Exception {
        try (TestNode narrow =
                new TestNode(
                        folder.resolve("narrow"), Map.of("maxInstances", 1, "readyInstances", 0))) {
            narrow.modules.install(
                    TestModules.endless("busy", ",\"limits\":{\"deadlineMs\":300}"), "ada");
            narrow.modules.install(TestModules.answering("calm", "1.0.0"), "ada");
            Agent busy = narrow.agent("busy");
            Agent calm = narrow.agent("calm");
            ExecutorService other = Executors.newSingleThreadExecutor();
            try {
                Future<TaskOutcome> endless =
                        other.submit(() -> busy.run(new FakeTaskContext(TaskSpec.of("busy"))));
                for (int i = 0; i < 5_000 && narrow.room.instances() == 0; i++) {
                    TimeUnit.MILLISECONDS.sleep(1);
                }

                assertThat(output(calm, "calm")).isEqualTo("\"1.0.0\"");
                assertThat(endless.get(10, TimeUnit.SECONDS))
                        .isInstanceOf(TaskOutcome.Failed.class);
            } finally {
                other.shutdownNow();
            }
        }
    }

    @Test
    void makes_room_until_it_suffices() throws Exception {
        try (TestNode narrow =
                new TestNode(folder.resolve("small"), Map.of("memoryMiB", 2, "memoryPages", 16))) {
            for (int i = 0; i < 7; i++) { // each has one ready, of 4 pages; there are 32
                narrow.modules.install(
                        TestModules.answering("m" + i, "1.0.0", ",\"limits\":{\"memoryPages\":4}"),
                        "ada");
            }

            narrow.modules.install(TestModules.answering("large", "1.0.0"), "ada");

            assertThat(output(narrow.agent("large"), "large")).isEqualTo("\"1.0.0\"");
        }
    }

    @Test
    void fails_no_task_while_versions_change_under_load() throws Exception {
        node.modules.install(TestModules.answering("audit", "1.0.0"), "ada");
        List<Agent> agents = List.of(node.agent("audit"), node.agent("audit"));
        Set<String> versions = Set.of("\"1.0.0\"", "\"1.0.1\"", "\"1.0.2\"", "\"1.0.3\"");
        AtomicBoolean enough = new AtomicBoolean();
        ExecutorService callers = Executors.newFixedThreadPool(2);
        try {
            List<Future<Integer>> calls = new ArrayList<>();
            for (Agent agent : agents) {
                calls.add(
                        callers.submit(
                                () -> {
                                    int done = 0;
                                    while (!enough.get()) {
                                        assertThat(versions).contains(output(agent, "audit"));
                                        done++;
                                    }
                                    return done;
                                }));
            }
            for (int i = 1; i <= 40; i++) {
                node.modules.install(TestModules.answering("audit", "1.0." + i % 4), "ada");
            }
            enough.set(true);
            for (Future<Integer> call : calls) {
                assertThat(call.get(10, TimeUnit.SECONDS)).isPositive();
            }
        } finally {
            enough.set(true);
            callers.shutdownNow();
        }
        assertThat(node.modules.stats().get(0).tasks()).containsOnlyKeys("succeeded");
        assertThat(node.room.instances()).isLessThanOrEqualTo(3);
        try (Stream<Path> files = Files.list(folder.resolve("wasm/audit"))) {
            assertThat(files.count()).isEqualTo(5); // four versions, and what says so
        }
    }

    private static ModuleFile halved(ModuleFile whole) {
        byte[] bytes = whole.binary();
        return ModuleFile.of(whole.name(), Arrays.copyOf(bytes, bytes.length / 2));
    }

    private static byte[] side(String version) {
        return TestModules.metadata("audit", version, "").getBytes(StandardCharsets.UTF_8);
    }

    /** A module that says nothing of itself. */
    private static byte[] bare() {
        return new WasmBuilder()
                .memory(1, 1)
                .export("alloc", "i32 -> i32", WasmCode.code().i32Const(1_024))
                .export("dealloc", "i32 i32 ->", WasmCode.code())
                .export("handle", "i32 i32 -> i64", WasmCode.code().i64Const(0))
                .build();
    }

    private static ModuleFile exportless() {
        return ModuleFile.of(
                "x.wasm",
                new WasmBuilder()
                        .custom(
                                "sirsi.agent",
                                TestModules.metadata("audit", "1.0.0", "")
                                        .getBytes(StandardCharsets.UTF_8))
                        .build());
    }
}
