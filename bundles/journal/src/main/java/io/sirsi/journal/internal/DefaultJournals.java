package io.sirsi.journal.internal;

import io.sirsi.journal.Journal;
import io.sirsi.journal.JournalOptions;
import io.sirsi.journal.JournalReader;
import io.sirsi.journal.JournalStatus;
import io.sirsi.journal.Journals;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The logs of this node, in its data folder. Those still open are closed when it goes. */
@Component(name = "io.sirsi.journal")
@Designate(ocd = DefaultJournals.Config.class)
public final class DefaultJournals implements Journals {

    /** What can be configured. */
    @ObjectClassDefinition(id = "io.sirsi.journal", name = "Journal")
    @interface Config {

        /** {@return the folder of all logs; empty for journal/ in the node's data folder} */
        @AttributeDefinition(
                name = "Folder",
                description = "Where the logs are kept. Empty: journal/ in the data folder.")
        String folder() default "";

        /** {@return how long the thread of a log looks for more before it sleeps, in µs} */
        @AttributeDefinition(
                name = "Spin",
                description =
                        "How long the thread of a log looks for more before it sleeps, in"
                                + " microseconds, 0 to 1000.")
        int spinMicros() default 30;
    }

    private final LocalJournals journals;

    /**
     * Makes it; a log is opened by its owner.
     *
     * @param config its configuration
     * @throws IllegalStateException if it has no folder or a number is out of range; the message
     *     says what to do
     */
    @Activate
    public DefaultJournals(Config config) {
        int spin = config.spinMicros();
        if (spin < 0 || spin > 1000) {
            throw new IllegalStateException(
                    "io.sirsi.journal.cfg: spinMicros must be 0 to 1000, not " + spin);
        }
        this.journals =
                new LocalJournals(new RealDisk(folder(config)), Duration.ofNanos(spin * 1000L));
    }

    private static Path folder(Config config) {
        if (!config.folder().isBlank()) {
            return Path.of(config.folder().strip()).toAbsolutePath();
        }
        String data = System.getProperty("sirsi.data", "");
        if (data.isBlank()) {
            throw new IllegalStateException(
                    "The journal has no folder: set folder in io.sirsi.journal.cfg, or start the"
                            + " node with -Dsirsi.data=FOLDER.");
        }
        return Path.of(data, "journal").toAbsolutePath();
    }

    @Override
    public Journal open(String name, JournalOptions options, JournalReader reader)
            throws IOException {
        return journals.open(name, options, reader);
    }

    @Override
    public long export(String name, Path file) throws IOException {
        return journals.export(name, file);
    }

    @Override
    public List<JournalStatus> status() {
        return journals.status();
    }

    /** Closes the logs that are still open. */
    @Deactivate
    void stop() {
        journals.close();
    }
}
