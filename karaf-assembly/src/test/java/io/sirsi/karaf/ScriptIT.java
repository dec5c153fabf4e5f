package io.sirsi.karaf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script {@code sirsi}: what it says before any Java of ours runs. */
class ScriptIT {

    private static final Path SCRIPT =
            Path.of(System.getProperty("sirsi.checkout", ".."), "sirsi")
                    .toAbsolutePath()
                    .normalize();

    @TempDir private Path folder;

    /** The tools that the script needs, and no Java. */
    private Path tools;

    @BeforeEach
    void offerTools() throws IOException {
        tools = Files.createDirectory(folder.resolve("bin"));
        for (String tool :
                List.of(
                        "sed",
                        "head",
                        "dirname",
                        "readlink",
                        "cat",
                        "find",
                        "mkdir",
                        "rm",
                        "stty",
                        "cut")) {
            program(tools.resolve(tool), "exec /usr/bin/" + tool + " \"$@\"");
        }
    }

    @Test
    void without_java_it_says_what_to_install() {
        Outcome outcome = sirsi(Map.of(), "up");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err().lines())
                .singleElement()
                .asString()
                .contains("no Java found", "JDK 17 or 21");
    }

    @Test
    void a_java_home_without_java_is_named() {
        Outcome outcome = sirsi(Map.of("JAVA_HOME", folder.toString()), "scan");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err().lines())
                .singleElement()
                .asString()
                .contains("'" + folder + "'", "JDK 17 or 21");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.8.0_402", "11.0.22", "16.0.2", "22", "25.0.1"})
    void another_java_is_named_with_its_version(String version) throws IOException {
        for (String command : List.of("up", "scan", "exec", "status")) {
            Outcome outcome = sirsi(Map.of("JAVA_HOME", fakeJava(version).toString()), command);
            assertThat(outcome.exitCode()).isEqualTo(1);
            assertThat(outcome.err().lines())
                    .singleElement()
                    .asString()
                    .contains("Java " + version, "JDK 17 or 21");
        }
    }

    @Test
    void it_finds_java_on_the_path() throws IOException {
        Files.createSymbolicLink(tools.resolve("java"), fakeJava("11.0.22").resolve("bin/java"));
        assertThat(sirsi(Map.of(), "up").err()).contains("is Java 11.0.22");
    }

    @Test
    void help_needs_no_java() {
        assertThat(sirsi(Map.of(), "help").out())
                .contains("scan", "up", "down", "status", "exec", "shell", "test", "bench");
        assertThat(sirsi(Map.of()).exitCode()).isZero();
        assertThat(sirsi(Map.of(), "--help").exitCode()).isZero();
    }

    @Test
    void the_help_of_wasm_needs_neither_java_nor_a_node() {
        for (List<String> words :
                List.of(
                        List.of("wasm", "--help"),
                        List.of("wasm", "help"),
                        List.of("wasm", "run", "--help"))) {
            Outcome outcome = sirsi(Map.of(), words.toArray(String[]::new));
            assertThat(outcome.exitCode()).isZero();
            assertThat(outcome.out())
                    .contains("new FOLDER", "check FILE.wasm", "rollback NAME", "FILE.wasm.sig");
        }
    }

    @Test
    void a_module_is_begun_from_each_template_without_a_node() throws IOException {
        Map<String, String> environment =
                Map.of(
                        "JAVA_HOME", System.getProperty("java.home"),
                        "SIRSI_DATA", folder.resolve("data").toString());
        for (String language : List.of("assemblyscript", "c", "go", "rust")) {
            Path made = folder.resolve(language);
            Outcome outcome =
                    sirsi(
                            environment,
                            "wasm",
                            "new",
                            made.toString(),
                            "--lang",
                            language,
                            "--type",
                            "tag-audit",
                            "--id",
                            "org.example.tag-audit");
            assertThat(outcome.exitCode()).as(outcome.toString()).isZero();
            StringBuilder text = new StringBuilder();
            try (Stream<Path> files = Files.walk(made)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    text.append(Files.readString(file));
                }
            }
            assertThat(text)
                    .contains("tag-audit", "org.example.tag-audit")
                    .doesNotContain("@TYPE@", "@ID@");
            assertThat(made.resolve("build.sh")).isExecutable();
        }
    }

    @Test
    void an_unknown_command_is_named() {
        Outcome outcome = sirsi(Map.of(), "fly");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err().lines())
                .singleElement()
                .asString()
                .contains("'fly' is no command");
    }

    @Test
    void it_runs_the_launcher_of_the_distribution() {
        Map<String, String> environment =
                Map.of(
                        "JAVA_HOME", System.getProperty("java.home"),
                        "SIRSI_DATA", folder.resolve("data").toString());
        Outcome status = sirsi(environment, "status");
        assertThat(status.exitCode()).as(status.toString()).isEqualTo(3);
        assertThat(status.out()).startsWith("node is down, data in " + folder);
        assertThat(sirsi(environment, "--version").out()).isEqualTo("Sirsi Nexus 0.1.0\n");
    }

    /** A Java that knows nothing but its version. */
    private Path fakeJava(String version) throws IOException {
        Path home = Files.createTempDirectory(folder, "java-");
        Files.createDirectory(home.resolve("bin"));
        program(
                home.resolve("bin/java"),
                "echo 'openjdk version \"" + version + "\" 2020-01-01' >&2");
        return home;
    }

    private static void program(Path file, String line) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + line + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Outcome sirsi(Map<String, String> environment, String... words) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "/usr/bin/env",
                                "-u",
                                "JAVA_HOME",
                                "-u",
                                "SIRSI_DATA",
                                "PATH=" + tools));
        environment.forEach((name, value) -> command.add(name + "=" + value));
        command.add(SCRIPT.toString());
        command.addAll(List.of(words));
        return Commands.run(command, Map.of());
    }
}
