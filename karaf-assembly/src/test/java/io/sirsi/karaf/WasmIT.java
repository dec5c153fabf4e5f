package io.sirsi.karaf;

import static io.sirsi.spi.wasm.WasmCode.NO_RESULT;
import static io.sirsi.spi.wasm.WasmCode.code;
import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.spi.wasm.ValueType;
import io.sirsi.spi.wasm.WasmBuilder;
import io.sirsi.spi.wasm.WasmCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Modules of WebAssembly in the assembled node: by the launcher, by the folder, contained. */
class WasmIT {

    private static final Path EXAMPLES =
            Path.of(System.getProperty("sirsi.checkout", ".."), "bundles/examples");
    private static final Pattern SESSION = Pattern.compile("s-[0-9a-z]{26}");
    private static final Pattern TASK = Pattern.compile("t-[0-9a-z]{26}");
    private static final int OUTCOME = 1_024;

    private Node node;
    private String session;

    @BeforeEach
    void start() {
        node = Node.fresh().up();
        Matcher opened = SESSION.matcher(done("session:open --json work"));
        assertThat(opened.find()).isTrue();
        session = opened.group();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void a_module_is_checked_tried_installed_and_runs_tasks() {
        String module = EXAMPLES.resolve("c/audit.wasm").toString();
        done("cloud:scan --provider host --progress none"); // the launcher's would write a
        // report here

        Outcome check = node.launcher("wasm", "check", module);
        assertThat(check.exitCode()).as(check.toString()).isZero();
        assertThat(check.out()).contains("endive 1.0.0", "can be installed");
        Outcome trial = node.launcher("wasm", "run", module, "--input", "{}");
        assertThat(trial.exitCode()).as(trial.toString()).isZero();
        assertThat(trial.out()).contains("\"findings\":[", "succeeded");
        assertThat(done("wasm:list --json")).contains("[]");

        assertThat(node.launcher("wasm", "install", module).out())
                .contains("installed resource-audit-c 1.0.0");

        done("agent:spawn --session " + session + " resource-audit-c");
        assertThat(task("resource-audit-c")).contains("Succeeded", "\"findings\":[");
        assertThat(done("agent:types")).contains("resource-audit-c");
        assertThat(done("wasm:stats")).contains("succeeded=1");
        assertThat(done("audit:list --limit 50"))
                .contains("wasm:check", "wasm:run", "wasm:install", "audit.wasm");
        assertThat(done("metrics:list agent.operation.wasm")).contains("resource-audit-c");
    }

    @Test
    void a_file_in_the_folder_is_exchanged_refused_and_taken_back() throws Exception {
        drop(answering("1.0.0"));
        awaitListed("1.0.0");
        done("agent:spawn --session " + session + " answer");
        assertThat(task("answer")).contains("\"1.0.0\"");

        drop(answering("1.1.0"));
        awaitListed("1.1.0");
        assertThat(task("answer")).contains("\"1.1.0\"");

        drop("(module)".getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < 100 && !node.log().contains("'answer.wasm' is not taken"); i++) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        assertThat(node.log()).contains("'answer.wasm' is not taken");
        assertThat(done("audit:list --limit 50")).contains("refused");
        assertThat(task("answer")).contains("\"1.1.0\"");

        drop(answering("1.1.0"));
        done("wasm:rollback answer");
        assertThat(task("answer")).contains("\"1.0.0\"");
        assertThat(done("agent:list")).contains("Ready");

        node.launcher("down");
        node.up();
        awaitListed("1.0.0");
        assertThat(task("answer")).contains("\"1.0.0\"");
    }

    @Test
    void an_endless_guest_is_stopped_while_others_go_on() throws Exception {
        drop(
                "spin",
                guest(
                        "spin",
                        "1.0.0",
                        ",\"limits\":{\"deadlineMs\":200},\"concurrency\":4",
                        code().loop(NO_RESULT).br(0).end()));
        drop(answering("1.0.0"));
        awaitListed("spin");
        awaitListed("answer");
        done("agent:spawn --session " + session + " spin");
        done("agent:spawn --session " + session + " answer");

        String spinning =
                done(
                        "task:submit --session "
                                + session
                                + " --retry-attempts 1 --wait spin; task:list");
        assertThat(task("answer")).contains("Succeeded");
        assertThat(spinning).contains("Failed");
        assertThat(done("wasm:stats")).contains("DEADLINE=1");
        assertThat(node.launcher("status").exitCode()).isZero();
    }

    @Test
    void who_may_only_look_installs_nothing() throws Exception {
        KeyPair vera = node.account("vera", "viewer");
        Outcome list = firstLogin("vera", vera, "wasm:list");
        assertThat(list.exitCode()).as(list.toString()).isZero();

        for (String command : new String[] {"wasm:unload answer", "wasm:rollback answer"}) {
            Outcome denied = node.execAs("vera", vera, command);
            assertThat(denied.exitCode()).as(command).isNotZero();
        }
        assertThat(done("audit:list --limit 50")).contains("vera");
    }

    @Test
    void modules_and_their_agents_are_there_after_kill_9() throws Exception {
        drop(answering("1.0.0"));
        awaitListed("1.0.0");
        done("agent:spawn --session " + session + " answer");

        node.kill9();
        node.up();

        awaitListed("1.0.0");
        assertThat(task("answer")).contains("\"1.0.0\"");
        assertThat(done("audit:verify")).contains("whole");
    }

    @Test
    void agents_of_modules_outlive_a_restart_and_a_change_of_the_loader() throws Exception {
        drop(answering("1.0.0"));
        awaitListed("1.0.0");
        String agent = spawn("answer");

        done("bundle:stop io.sirsi.wasm");
        awaitAgent(agent, "Initializing");
        assertThat(done("agent:show " + agent)).contains("waits for the agent type 'answer'");
        String task = submit("answer");
        assertThat(done("task:why " + task)).contains(agent, "waits for its type 'answer'");
        done("bundle:start io.sirsi.wasm");
        awaitTask(task, "Succeeded");
        assertThat(done("task:show " + task)).contains("\"1.0.0\"");

        String before = since(agent);
        Path config = node.etc().resolve("io.sirsi.wasm.cfg");
        Files.writeString(
                config,
                Files.readString(config).replace("idleInstances = 16", "idleInstances = 8"));
        for (int i = 0; i < 200 && since(agent).equals(before); i++) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        assertThat(since(agent)).as("the change was not seen").isNotEqualTo(before);
        awaitAgent(agent, "Ready");
        assertThat(task("answer")).contains("\"1.0.0\"");

        assertThat(done("wasm:unload answer")).contains("unloaded answer, ended 1 agent");
        assertThat(done("agent:list --json").strip()).isEqualTo("[]");
        assertThat(done("audit:list --limit 20")).contains("wasm:unload", "1 agents ended");
    }

    @Test
    void agents_of_a_module_whose_engine_goes_wait_for_it_even_over_kill_9() throws Exception {
        Path config = node.etc().resolve("io.sirsi.wasm.wasmtime.cfg");
        Files.writeString(config, "enabled = true\n");
        drop(guest("answer", "1.0.0", ",\"engine\":\"wasmtime\"", code()));
        awaitListed("1.0.0");
        String agent = spawn("answer");

        Files.writeString(config, "enabled = false\n");
        awaitAgent(agent, "Initializing");
        assertThat(done("wasm:show answer")).contains("1.0.0", "engine 'wasmtime' is not there");
        String task = submit("answer");

        node.kill9();
        node.up();
        awaitAgent(agent, "Initializing");
        assertThat(done("wasm:show answer")).contains("1.0.0", "engine 'wasmtime' is not there");
        assertThat(done("task:why " + task)).contains(agent, "waits for its type 'answer'");

        Files.writeString(config, "enabled = true\n");
        awaitTask(task, "Succeeded");
    }

    @Test
    void the_native_engine_is_installed_and_gives_the_same_answer() throws Exception {
        Files.writeString(node.etc().resolve("io.sirsi.wasm.wasmtime.cfg"), "enabled = true\n");
        drop(guest("answer", "1.0.0", ",\"engine\":\"wasmtime\"", code()));
        awaitListed("1.0.0");
        done("agent:spawn --session " + session + " answer");

        assertThat(task("answer")).contains("\"1.0.0\"");
        assertThat(done("wasm:show answer")).contains("wasmtime");
    }

    /** The node sees a new account some moments after it was written down. */
    private Outcome firstLogin(String account, KeyPair key, String command)
            throws InterruptedException {
        for (int i = 0; i < 100; i++) {
            try {
                return node.execAs(account, key, command);
            } catch (RuntimeException notLetIn) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
        return node.execAs(account, key, command);
    }

    private String spawn(String type) {
        Matcher agent =
                Pattern.compile(type + "-[0-9a-z]+")
                        .matcher(done("agent:spawn --session " + session + " " + type));
        assertThat(agent.find()).isTrue();
        return agent.group();
    }

    /**
     * Also of a type that is not there; with one attempt, so that none may be used up by waiting.
     */
    private String submit(String type) {
        Matcher task =
                TASK.matcher(
                        done(
                                "task:submit --session "
                                        + session
                                        + " --retry-attempts 1 --unknown-type "
                                        + type));
        assertThat(task.find()).isTrue();
        return task.group();
    }

    private String since(String agent) {
        return line("since", done("agent:show " + agent));
    }

    private void awaitAgent(String agent, String state) throws InterruptedException {
        await(state, "agent:show " + agent);
    }

    private void awaitTask(String task, String state) throws InterruptedException {
        await(state, "task:show " + task);
    }

    private void await(String state, String command) throws InterruptedException {
        String shown = "";
        for (int i = 0; i < 300 && !line("state", shown).contains(state); i++) {
            shown = done(command);
            TimeUnit.MILLISECONDS.sleep(50);
        }
        assertThat(line("state", shown)).as(shown).contains(state);
    }

    /** What a detail view says of a key. */
    private static String line(String key, String shown) {
        return shown.lines().filter(line -> line.startsWith(key + " ")).findFirst().orElse("");
    }

    private String task(String type) {
        return done("task:submit --session " + session + " --wait " + type);
    }

    private void awaitListed(String version) throws InterruptedException {
        String listed = "";
        for (int i = 0; i < 200 && !listed.contains(version); i++) {
            listed = done("wasm:list");
            TimeUnit.MILLISECONDS.sleep(50);
        }
        assertThat(listed).contains(version);
    }

    /** As a person would: written elsewhere, and moved in whole. */
    private void drop(byte[] module) throws IOException {
        drop("answer", module);
    }

    private void drop(String name, byte[] module) throws IOException {
        Path coming = node.data().resolve("coming");
        Files.write(coming, module);
        Files.move(
                coming,
                node.data().resolve("deploy/" + name + ".wasm"),
                StandardCopyOption.ATOMIC_MOVE);
    }

    private static byte[] answering(String version) {
        return guest("answer", version, "", code());
    }

    /** A guest whose tasks succeed with its version as their output, after it did something. */
    private static byte[] guest(String type, String version, String more, WasmCode before) {
        String metadata =
                "{\"abi\":1,\"id\":\"org.example."
                        + type
                        + "\",\"type\":\""
                        + type
                        + "\",\"version\":\""
                        + version
                        + "\",\"title\":\"A guest for tests\""
                        + more
                        + "}";
        byte[] outcome =
                ("{\"status\":\"succeeded\",\"output\":\"" + version + "\"}")
                        .getBytes(StandardCharsets.UTF_8);
        WasmBuilder module = new WasmBuilder().memory(1, 4).data(OUTCOME, outcome);
        int next = module.global(ValueType.I32, true, code().i32Const(4 * OUTCOME));
        return module.export(
                        "alloc",
                        "i32 -> i32",
                        code().globalGet(next).globalGet(next).localGet(0).i32Add().globalSet(next))
                .export("dealloc", "i32 i32 ->", code())
                .export(
                        "handle",
                        "i32 i32 -> i64",
                        code().then(before).i64Const(((long) OUTCOME << 32) | outcome.length))
                .custom("sirsi.agent", metadata.getBytes(StandardCharsets.UTF_8))
                .build();
    }

    private String done(String command) {
        Outcome outcome = node.exec(command);
        assertThat(outcome.exitCode()).as(command + ": " + outcome).isZero();
        return outcome.out();
    }
}
