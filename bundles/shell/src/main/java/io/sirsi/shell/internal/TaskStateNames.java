package io.sirsi.shell.internal;

import io.sirsi.task.TaskState;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Names of the states of a task, read off the sealed type itself. */
public final class TaskStateNames {

    private TaskStateNames() {}

    /** {@return all names, in the order of declaration} */
    public static List<String> all() {
        return leaves(TaskState.class).map(Class::getSimpleName).toList();
    }

    /**
     * Reads names, whatever their case.
     *
     * @param texts what was typed
     * @return the names as the scheduler knows them
     * @throws IllegalArgumentException naming the text that is none
     */
    public static Set<String> parse(List<String> texts) {
        return texts.stream()
                .map(
                        text ->
                                all().stream()
                                        .filter(name -> name.equalsIgnoreCase(text.strip()))
                                        .findFirst()
                                        .orElseThrow(
                                                () ->
                                                        new IllegalArgumentException(
                                                                "unknown state '"
                                                                        + text
                                                                        + "'; write one of "
                                                                        + String.join(", ", all())
                                                                        + ".")))
                .collect(Collectors.toSet());
    }

    private static Stream<Class<?>> leaves(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(TaskStateNames::leaves)
                : Stream.of(type);
    }
}
