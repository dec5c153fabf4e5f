package io.sirsi.wasm.internal;

import io.sirsi.agent.AgentType;
import io.sirsi.wasm.InstalledModule;
import io.sirsi.wasm.ModuleManifest;
import io.sirsi.wasm.ModuleStats;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An agent type that is a module: the version that serves, and those before it. What changes is
 * changed under the lock of the modules; tasks only read which version serves.
 */
final class ServedModule {

    private final AgentType type;
    private final ModuleTally tally = new ModuleTally();
    private volatile @Nullable ModuleVersion serving;
    private volatile String trouble = "";

    /** The versions on disk, the serving one first. */
    List<ModuleStore.Version> versions = List.of();

    /** Its agent type; null until it could run for the first time. */
    AgentTypes.@Nullable Offer offer;

    /** What the serving version says of itself; of the last one that could run, if none can now. */
    ModuleVersion.@Nullable About about;

    /** As everybody sees it, but for its trouble; null until its metadata could be read. */
    private volatile @Nullable InstalledModule view;

    ServedModule(AgentType type) {
        this.type = type;
    }

    AgentType type() {
        return type;
    }

    ModuleTally tally() {
        return tally;
    }

    /** {@return why no task can run now; empty if tasks can} */
    String trouble() {
        return trouble;
    }

    @Nullable ModuleVersion serving() {
        return serving;
    }

    /**
     * Lets a task in.
     *
     * @return the version that runs it, which the task leaves; null if none serves now
     */
    @Nullable ModuleVersion enter() {
        while (true) {
            ModuleVersion now = serving;
            if (now == null || now.enter()) {
                return now;
            }
            Thread.onSpinWait(); // retired between the two lines: the next one is there already
        }
    }

    /** From now on this version serves; the one before ends with its last task. */
    void serve(ModuleVersion next) {
        ModuleVersion before = serving;
        serving = next;
        trouble = "";
        if (before != null && before != next) {
            before.retire();
        }
    }

    /** From now on no version serves. */
    void stopServing(String why) {
        ModuleVersion before = serving;
        trouble = why;
        serving = null;
        if (before != null) {
            before.retire();
        }
    }

    /**
     * Says what everybody sees from now on. The serving version on disk is the first of {@link
     * #versions}.
     *
     * @param manifest what the version says of itself
     * @param engine what runs it
     * @param signedBy the name of the trusted key that signed it
     */
    void show(ModuleManifest manifest, String engine, Optional<String> signedBy) {
        ModuleStore.Version version = versions.get(0);
        view =
                new InstalledModule(
                        manifest,
                        version.digest(),
                        engine,
                        new InstalledModule.Origin(
                                version.by(),
                                version.at(),
                                signedBy,
                                versions.stream()
                                        .skip(1)
                                        .findFirst()
                                        .map(ModuleStore.Version::digest)),
                        Optional.empty());
    }

    /** {@return it as it is now; empty if its metadata could not be read since the start} */
    Optional<InstalledModule> view() {
        InstalledModule now = view;
        return now == null
                ? Optional.empty()
                : Optional.of(
                        new InstalledModule(
                                now.manifest(),
                                now.digest(),
                                now.engine(),
                                now.origin(),
                                Optional.of(trouble).filter(why -> !why.isEmpty())));
    }

    ModuleStats stats() {
        ModuleVersion now = serving;
        return now == null
                ? tally.stats(type, 0, 0)
                : tally.stats(type, now.pool().busy(), now.pool().waitingCount());
    }
}
