package io.sirsi.wasm.internal;

import io.sirsi.agent.AgentType;
import io.sirsi.wasm.InstalledModule;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A node that installs modules, goes back and unloads them until it is killed, and says before and
 * after each of these what it is. The folder and a seed are its arguments.
 */
final class StoreVictim {

    private static final List<String> TYPES = List.of("one", "two");

    /** So many versions that some are dropped, and some come again. */
    private static final int VERSIONS = 8;

    private StoreVictim() {}

    /** Runs until it is killed. */
    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws Exception {
        Random random = new Random(Long.parseLong(arguments[1]));
        try (TestNode node =
                new TestNode(
                        Path.of(arguments[0]), Map.of("readyInstances", 0, "engine", "endive"))) {
            while (true) {
                String type = TYPES.get(random.nextInt(TYPES.size()));
                Optional<InstalledModule> module = module(node, type);
                int dice = random.nextInt(10);
                if (dice == 0 && module.isPresent()) {
                    System.out.println("begin unload " + type);
                    node.modules.unload(new AgentType(type));
                } else if (dice < 4 && module.flatMap(one -> one.origin().previous()).isPresent()) {
                    System.out.println("begin rollback " + type);
                    node.modules.rollback(new AgentType(type), "ada");
                } else {
                    int version = random.nextInt(VERSIONS);
                    System.out.println("begin install " + type + " " + version);
                    node.modules.install(TestModules.answering(type, "1.0." + version), "ada");
                }
                System.out.println("done");
            }
        }
    }

    private static Optional<InstalledModule> module(TestNode node, String type) {
        return node.modules.list().stream()
                .filter(module -> module.manifest().agent().type().value().equals(type))
                .findFirst();
    }
}
