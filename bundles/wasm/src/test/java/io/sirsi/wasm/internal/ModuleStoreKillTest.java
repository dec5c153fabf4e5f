package io.sirsi.wasm.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.agent.AgentType;
import io.sirsi.wasm.internal.ModuleStore.Version;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kills a real process at random moments while it changes its modules. */
class ModuleStoreKillTest {

    private static final int KILLS = 30;
    private static final long SEED = 20_261_122;

    /** A victim does some hundred things a second. */
    private static final int LONGEST_LIFE_MILLIS = 150;

    @TempDir Path temp;

    /** What the victim has said: the modules by their versions, and what was begun and not done. */
    private static final class Told {
        private final Map<String, List<String>> modules = new TreeMap<>();
        private String begun = "";
        private int done;

        Map<String, List<String>> with(String act) {
            Map<String, List<String>> after = new TreeMap<>(modules);
            String[] words = act.split(" ", -1);
            if (words.length < 2) {
                return after;
            }
            List<String> versions = new ArrayList<>(after.getOrDefault(words[1], List.of()));
            switch (words[0]) {
                case "install" -> {
                    String digest =
                            TestModules.answering(words[1], "1.0." + words[2]).digest().value();
                    versions.remove(digest);
                    versions.add(0, digest);
                    if (versions.size() > ModuleStore.KEPT) {
                        versions.remove(ModuleStore.KEPT);
                    }
                }
                case "rollback" -> versions.remove(0);
                default -> versions.clear();
            }
            if (versions.isEmpty()) {
                after.remove(words[1]);
            } else {
                after.put(words[1], versions);
            }
            return after;
        }

        void read(String line) {
            if (line.equals("done")) {
                Map<String, List<String>> after = with(begun);
                modules.clear();
                modules.putAll(after);
                begun = "";
                done++;
            } else if (line.startsWith("begin ")) {
                begun = line.substring("begin ".length());
            }
        }
    }

    @Test
    @Timeout(120)
    void what_was_acknowledged_is_there_whenever_the_node_is_killed() throws Exception {
        Random random = new Random(SEED);
        Path folder = temp.resolve("node");
        Told told = new Told();
        int unsure = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            live(folder, random, told);

            StoreOwner.View found =
                    new StoreOwner(folder.resolve("wasm"), StoreDisk.ofTheMachine()).view();
            Map<String, List<String>> modules = digests(found);
            unsure += told.begun.isEmpty() ? 0 : 1;
            assertThat(modules)
                    .as("kill %s, in %s", kill, told.begun)
                    .isIn(told.modules, told.with(told.begun));
            told.modules.clear();
            told.modules.putAll(modules);
            told.begun = "";
        }
        assertThat(told.done).isGreaterThan(KILLS);
        assertThat(unsure).as("kills in the middle of something").isGreaterThan(KILLS / 3);
    }

    /** One life of the victim, killed some moment after it has done its first thing. */
    private static void live(Path folder, Random random, Told told) throws Exception {
        Process victim =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xshare:auto",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Xmx128m",
                                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                                "-cp",
                                System.getProperty("java.class.path"),
                                StoreVictim.class.getName(),
                                folder.toString(),
                                Long.toString(random.nextLong()))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader lines = victim.inputReader(StandardCharsets.UTF_8)) {
            int before = told.done;
            long life = random.nextInt(LONGEST_LIFE_MILLIS);
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                told.read(line);
                if (told.done == before + 1) {
                    break;
                }
            }
            assertThat(victim.waitFor(life, TimeUnit.MILLISECONDS)).as("it ended itself").isFalse();
            victim.toHandle().destroyForcibly(); // the process itself would close its output
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                told.read(line);
            }
            assertThat(victim.waitFor(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            victim.destroyForcibly();
        }
    }

    private static Map<String, List<String>> digests(StoreOwner.View view) throws IOException {
        Map<String, List<String>> digests = new TreeMap<>();
        for (Map.Entry<AgentType, List<Map.Entry<Version, String>>> module :
                view.modules().entrySet()) {
            digests.put(
                    module.getKey().value(),
                    module.getValue().stream()
                            .map(version -> version.getKey().digest().value())
                            .toList());
        }
        return digests;
    }
}
