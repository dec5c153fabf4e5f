package io.sirsi.shell.internal;

import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSnapshot;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Draws agents as the forest that they are. */
public final class AgentTree {

    private AgentTree() {}

    /**
     * Prints a line for each agent, indented below its parent; an agent whose parent is not among
     * them is a root.
     *
     * @param out where to
     * @param agents the agents
     */
    public static void print(PrintStream out, List<AgentSnapshot> agents) {
        Map<AgentId, List<AgentSnapshot>> children = new LinkedHashMap<>();
        Set<AgentId> known = new LinkedHashSet<>();
        agents.forEach(agent -> known.add(agent.id()));
        List<AgentSnapshot> roots = new ArrayList<>();
        for (AgentSnapshot agent : agents) {
            agent.spec()
                    .parent()
                    .filter(known::contains)
                    .ifPresentOrElse(
                            parent ->
                                    children.computeIfAbsent(parent, none -> new ArrayList<>())
                                            .add(agent),
                            () -> roots.add(agent));
        }
        if (roots.isEmpty()) {
            out.println("none");
        }
        roots.forEach(root -> print(out, root, children, 0));
    }

    private static void print(
            PrintStream out,
            AgentSnapshot agent,
            Map<AgentId, List<AgentSnapshot>> children,
            int depth) {
        out.println(
                "   ".repeat(Math.max(0, depth - 1))
                        + (depth == 0 ? "" : "+- ")
                        + agent.id()
                        + "  "
                        + Text.of(agent.state())
                        + "  "
                        + Text.of(new TreeMap<>(agent.spec().settings())));
        children.getOrDefault(agent.id(), List.of())
                .forEach(child -> print(out, child, children, depth + 1));
    }
}
