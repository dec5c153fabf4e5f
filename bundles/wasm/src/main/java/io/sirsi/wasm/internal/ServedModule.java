package io.sirsi.wasm.internal;

import io.sirsi.agent.AgentType;
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

    /** Which trusted key signed the serving version. */
    Optional<String> signedBy = Optional.empty();

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

    ModuleStats stats() {
        ModuleVersion now = serving;
        return now == null
                ? tally.stats(type, 0, 0)
                : tally.stats(type, now.pool().busy(), now.pool().waitingCount());
    }
}
