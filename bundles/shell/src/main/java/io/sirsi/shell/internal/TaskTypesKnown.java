package io.sirsi.shell.internal;

import io.sirsi.hypervisor.Hypervisor;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether agents run certain types of task: one that nobody runs would wait for ever, and a person
 * who typed it most probably made a mistake.
 */
public final class TaskTypesKnown {

    private TaskTypesKnown() {}

    /**
     * Checks types of task.
     *
     * @param hypervisor who knows them
     * @param types those that were typed
     * @throws IllegalArgumentException naming the first that no type of agent runs, and the known
     */
    public static void check(Hypervisor hypervisor, Set<String> types) {
        Set<String> known = new TreeSet<>();
        hypervisor.agentTypes().forEach(agentType -> known.addAll(agentType.taskTypes()));
        new TreeSet<>(types)
                .stream()
                        .filter(type -> !known.contains(type))
                        .findFirst()
                        .ifPresent(
                                type -> {
                                    throw new IllegalArgumentException(
                                            "no type of agent runs '"
                                                    + type
                                                    + "' now; known: "
                                                    + String.join(", ", known)
                                                    + ". With --unknown-type it waits for one.");
                                });
    }
}
