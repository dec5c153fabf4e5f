package io.sirsi.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.shell.internal.command.TaskSubmit;
import io.sirsi.task.TaskSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.impl.action.command.DefaultActionPreparator;
import org.junit.jupiter.api.Test;

final class CommandTableTest {

    @Test
    void every_command_is_a_service_in_a_scope_of_the_design_with_a_description_of_its_own()
            throws Exception {
        List<String> names = new ArrayList<>();
        for (Class<?> type : commands()) {
            Command command = type.getAnnotation(Command.class);
            assertThat(type.isAnnotationPresent(Service.class)).as(type.getName()).isTrue();
            assertThat(command.scope())
                    .isIn(
                            "hypervisor",
                            "session",
                            "agent",
                            "task",
                            "cloud",
                            "wasm",
                            "audit",
                            "metrics",
                            "bus");
            assertThat(command.description()).as(type.getName()).isNotBlank();
            names.add(command.scope() + ":" + command.name());
        }
        assertThat(names).doesNotHaveDuplicates().hasSizeGreaterThan(25);
    }

    @Test
    void every_option_and_argument_is_described_and_every_command_has_json() throws Exception {
        for (Class<?> type : commands()) {
            assertThat(HypervisorCommand.class).isAssignableFrom(type);
            for (Field field : type.getDeclaredFields()) {
                Option option = field.getAnnotation(Option.class);
                Argument argument = field.getAnnotation(Argument.class);
                if (option != null) {
                    assertThat(option.description()).as(field.toString()).isNotBlank();
                }
                if (argument != null) {
                    assertThat(argument.description()).as(field.toString()).isNotBlank();
                }
            }
        }
    }

    @Test
    void no_help_shows_a_default_that_says_nothing() throws Exception {
        for (Class<?> type : commands()) {
            assertThat(help(type))
                    .as(type.getName())
                    .contains("SYNTAX")
                    .doesNotContain("(defaults to )")
                    .doesNotContain("[]")
                    .doesNotContain("Unable to load");
        }
    }

    @Test
    void the_help_of_submit_groups_its_options_and_shows_how_they_are_used() throws Exception {
        String help = help(TaskSubmit.class);

        String details = help.substring(help.indexOf("DETAILS"));
        assertThat(details)
                .contains(
                        "--every 15m",
                        "--cron '0 3 * * 1-5'",
                        "--key nightly",
                        "--limit-key dns/example.org",
                        "--retry-attempts 5",
                        "--at 2026-12-01T04:00",
                        "--input host=example.org",
                        "etc/io.sirsi.scheduler.cfg");
        for (Field field : TaskSubmit.class.getDeclaredFields()) {
            Option option = field.getAnnotation(Option.class);
            if (option != null && !option.name().matches("--(prefer|forbid).*")) {
                assertThat(details).contains(option.name());
            }
        }
        assertThat(help.replaceAll("\\s+", " "))
                .contains("the first run is after one distance")
                .contains("(defaults to full_jitter)", "(defaults to fire_once)")
                .contains("(defaults to cancel)", "(defaults to 10m)", "(defaults to all)");
    }

    @Test
    void the_defaults_that_the_help_of_submit_names_are_those_of_a_task() {
        assertThat(
                        new TaskWishes()
                                .wish("join", "all")
                                .wish("on-parent-failure", "cancel")
                                .wish("timeout", "10m")
                                .wish("retry-attempts", "3")
                                .wish("retry-delay", "500ms")
                                .wish("retry-max-delay", "30s")
                                .wish("retry-backoff", "full_jitter")
                                .wish("priority", "normal")
                                .spec("work"))
                .isEqualTo(TaskSpec.of("work"));
    }

    private static boolean isClass(Path file) {
        return file.toString().endsWith(".class");
    }

    /** What Karaf prints for --help. */
    private static String help(Class<?> type) throws Exception {
        Session session =
                (Session)
                        Proxy.newProxyInstance(
                                CommandTableTest.class.getClassLoader(),
                                new Class<?>[] {Session.class},
                                (p, method, arguments) -> null);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            new DefaultActionPreparator()
                    .prepare(
                            (Action) type.getDeclaredConstructor().newInstance(),
                            session,
                            List.of("--help"));
        } finally {
            System.setOut(before);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static List<Class<?>> commands() throws IOException, ClassNotFoundException {
        Path folder = Path.of("target/classes/io/sirsi/shell/internal/command");
        List<Class<?>> commands = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(CommandTableTest::isClass).sorted().toList()) {
                String name = file.getFileName().toString().replace(".class", "");
                Class<?> type = Class.forName("io.sirsi.shell.internal.command." + name);
                if (type.isAnnotationPresent(Command.class)) {
                    commands.add(type);
                }
            }
        }
        return commands;
    }
}
