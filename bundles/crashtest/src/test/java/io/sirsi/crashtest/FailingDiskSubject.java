package io.sirsi.crashtest;

import io.sirsi.agent.AgentRuntime;
import io.sirsi.event.EventBus;
import io.sirsi.journal.internal.Disk;
import io.sirsi.journal.internal.LocalJournals;
import io.sirsi.journal.internal.RealDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The scheduler of the product on a disk whose next force fails as soon as somebody outside makes
 * the file "fail": once, as a disk does that drops what it could not write and then says that all
 * is well.
 */
public final class FailingDiskSubject implements Subject {

    static Path trigger(Path folder) {
        return folder.resolveSibling("fail");
    }

    @Override
    public Open open(Path folder, AgentRuntime agents, EventBus bus) throws IOException {
        Disk real = new RealDisk(folder.resolve("journal").toAbsolutePath());
        Disk failing = new DiskAround(real, file -> new FailingFile(file, trigger(folder)));
        return SchedulerSubject.open(LocalJournals.on(failing), folder, agents, bus);
    }

    private static final class FailingFile extends DiskAround.FileAround {
        private final Path trigger;

        FailingFile(Disk.File below, Path trigger) {
            super(below);
            this.trigger = trigger;
        }

        @Override
        public void force() throws IOException {
            if (Files.deleteIfExists(trigger)) {
                throw new IOException("Input/output error");
            }
            super.force();
        }
    }
}
