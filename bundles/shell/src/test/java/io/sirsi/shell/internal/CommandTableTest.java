package io.sirsi.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
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

    private static List<Class<?>> commands() throws IOException, ClassNotFoundException {
        Path folder = Path.of("target/classes/io/sirsi/shell/internal/command");
        List<Class<?>> commands = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
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
