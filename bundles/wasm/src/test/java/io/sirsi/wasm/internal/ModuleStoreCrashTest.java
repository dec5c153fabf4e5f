package io.sirsi.wasm.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.sirsi.agent.AgentType;
import io.sirsi.wasm.internal.LosingDisk.Cut;
import io.sirsi.wasm.internal.LosingDisk.Loss;
import io.sirsi.wasm.internal.LosingDisk.PowerCut;
import io.sirsi.wasm.internal.LosingDisk.Torn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Cuts the power at every step of what is done to a store, and looks at every way in which its
 * folder may then look: it opens, shows what was or what was to be, whole, and nothing besides.
 */
class ModuleStoreCrashTest {

    private static final AgentType AUDIT = new AgentType("audit");
    private static final AgentType OTHER = new AgentType("other");

    @TempDir Path temp;
    private int folders;

    /** Something that is done to a store. */
    @FunctionalInterface
    interface Act {
        void on(StoreOwner owner) throws IOException;
    }

    /**
     * What is done, one after the other.
     *
     * @param name what it is about
     * @param before what has been done, and is safe
     * @param acts what is done while the power is cut
     */
    record Story(String name, List<Act> before, List<Act> acts) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Story> stories() {
        return Stream.of(
                new Story(
                        "the first module of a node",
                        List.of(),
                        List.of(install(AUDIT, 1), install(OTHER, 2))),
                new Story(
                        "a module beside another",
                        List.of(install(OTHER, 1)),
                        List.of(install(AUDIT, 2), installBare(AUDIT, 3))),
                new Story(
                        "a sixth version",
                        List.of(
                                install(OTHER, 9),
                                install(AUDIT, 1),
                                installBare(AUDIT, 2),
                                install(AUDIT, 3),
                                install(AUDIT, 4),
                                install(AUDIT, 5)),
                        List.of(install(AUDIT, 6))),
                new Story(
                        "a version that is kept, again",
                        List.of(install(AUDIT, 1), install(AUDIT, 2)),
                        List.of(install(AUDIT, 1), install(AUDIT, 1))),
                new Story(
                        "back, and forth",
                        List.of(install(AUDIT, 1), installBare(AUDIT, 2), install(AUDIT, 3)),
                        List.of(rollback(AUDIT), rollback(AUDIT), install(AUDIT, 3))),
                new Story(
                        "an unloading",
                        List.of(install(OTHER, 9), install(AUDIT, 1), install(AUDIT, 2)),
                        List.of(unload(AUDIT), install(AUDIT, 2), unload(OTHER))));
    }

    /**
     * A disk as it may look when the power is back.
     *
     * @param done how many acts had returned
     * @param tree how it looks
     */
    private record Found(int done, SortedMap<Path, String> tree) {}

    @ParameterizedTest
    @MethodSource("stories")
    void shows_what_was_or_what_was_to_be_wherever_the_power_is_cut(Story story) throws Exception {
        Course course = new Course(story);
        Map<Found, String> found = course.found();

        assertThat(found).hasSizeGreaterThan(10 * story.acts().size());
        for (Map.Entry<Found, String> each : found.entrySet()) {
            assertThatCode(() -> course.look(each.getKey()))
                    .as(each.getValue())
                    .doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @MethodSource("stories")
    void opens_when_the_power_is_cut_again_while_it_is_opened(Story story) throws Exception {
        Course course = new Course(story);
        Map<Found, String> more = new LinkedHashMap<>();
        for (Map.Entry<Found, String> first : course.found().entrySet()) {
            boolean whole = false;
            for (int second = 0; !whole; second++) {
                LosingDisk disk = LosingDisk.restored(first.getKey().tree(), fresh());
                disk.cut(new Cut(second, Torn.NOT));
                whole = opens(disk);
                for (Loss loss : disk.afterwards()) {
                    more.putIfAbsent(
                            new Found(first.getKey().done(), disk.tree(loss)),
                            first.getValue() + "; opened, " + second + " steps, lost " + loss);
                }
            }
        }

        assertThat(more.keySet()).containsAll(course.found().keySet());
        for (Map.Entry<Found, String> each : more.entrySet()) {
            assertThatCode(() -> course.look(each.getKey()))
                    .as(each.getValue())
                    .doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @MethodSource("stories")
    void goes_on_after_a_step_that_failed_and_keeps_what_it_tells_then(Story story)
            throws Exception {
        Course course = new Course(story);
        int failures = 0;
        int steps = course.cuts.size();
        for (int failing = 0; failing < steps; failing++) {
            LosingDisk disk = LosingDisk.restored(course.safe, fresh());
            StoreOwner owner = open(disk);
            disk.failAfter(failing);
            for (int i = 0; i < story.acts().size(); i++) {
                try {
                    story.acts().get(i).on(owner);
                } catch (IOException full) {
                    failures++;
                    course.look(new Found(i, disk.tree(LosingDisk.NOTHING)));
                    story.acts().get(i).on(owner);
                }
            }
            for (Loss loss : disk.afterwards()) {
                Found found = new Found(story.acts().size(), disk.tree(loss));
                assertThatCode(() -> course.look(found))
                        .as("step %s of %s failed, lost %s", failing, steps, loss)
                        .doesNotThrowAnyException();
            }
        }
        assertThat(failures).isGreaterThan(5);
    }

    private static boolean opens(LosingDisk disk) throws IOException {
        try {
            open(disk);
            return true;
        } catch (PowerCut cut) {
            return false;
        }
    }

    private static StoreOwner open(LosingDisk disk) throws IOException {
        return new StoreOwner(disk.root().resolve("data/wasm"), disk);
    }

    /** A story, as it goes when nothing is cut. */
    private final class Course {

        private final Story story;
        private final SortedMap<Path, String> safe;
        private final List<StoreOwner.View> views = new ArrayList<>();
        private final List<Cut> cuts;
        private final Set<Found> looked = new HashSet<>();

        Course(Story story) throws IOException {
            this.story = story;
            LosingDisk before = LosingDisk.empty(fresh());
            if (!story.before().isEmpty()) { // a node's very first start can be cut, too
                StoreOwner owner = open(before);
                for (Act act : story.before()) {
                    act.on(owner);
                }
            }
            this.safe = before.tree(LosingDisk.NOTHING);
            LosingDisk disk = LosingDisk.restored(safe, fresh());
            StoreOwner owner = open(disk);
            views.add(owner.view());
            for (Act act : story.acts()) {
                act.on(owner);
                views.add(owner.view());
            }
            this.cuts = disk.cuts();
        }

        /** {@return all that can be found after a cut, and where it was} */
        Map<Found, String> found() throws IOException {
            Map<Found, String> found = new LinkedHashMap<>();
            for (Cut cut : cuts) {
                LosingDisk disk = LosingDisk.restored(safe, fresh());
                disk.cut(cut);
                int done = acknowledged(disk);
                for (Loss loss : disk.afterwards()) {
                    found.putIfAbsent(new Found(done, disk.tree(loss)), cut + ", lost " + loss);
                }
            }
            return found;
        }

        private int acknowledged(LosingDisk disk) throws IOException {
            int done = 0;
            try {
                StoreOwner owner = open(disk);
                for (Act act : story.acts()) {
                    act.on(owner);
                    done++;
                }
            } catch (PowerCut expected) {
                return done;
            }
            return done;
        }

        /** Opens what was found: it is as before the act that was cut, or as after it. */
        void look(Found found) throws IOException {
            if (!looked.add(found)) {
                return;
            }
            StoreOwner.View was = views.get(found.done());
            StoreOwner.View willBe = views.get(Math.min(found.done() + 1, story.acts().size()));
            open(LosingDisk.restored(found.tree(), fresh())).view().isBetween(was, willBe);
        }
    }

    private Path fresh() throws IOException {
        return Files.createDirectory(temp.resolve(Integer.toString(folders++)));
    }

    private static Act install(AgentType type, int number) {
        return owner -> owner.install(type, StoreOwner.whole(number), number);
    }

    private static Act installBare(AgentType type, int number) {
        return owner -> owner.install(type, StoreOwner.bare(number), number);
    }

    private static Act rollback(AgentType type) {
        return owner -> owner.rollback(type);
    }

    private static Act unload(AgentType type) {
        return owner -> owner.unload(type);
    }
}
