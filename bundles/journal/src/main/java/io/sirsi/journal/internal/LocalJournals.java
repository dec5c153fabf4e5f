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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/** The logs in a folder, without OSGi: for tests, tools and benchmarks on the class path. */
public final class LocalJournals implements Journals, AutoCloseable {

    /** How long the thread of a log looks for more before it sleeps, unless configured. */
    static final Duration SPIN = Duration.ofNanos(30_000);

    private static final Pattern NAME = Pattern.compile("[a-z][a-z-]{0,31}");

    private final Disk disk;
    private final Duration spin;
    private final List<DefaultJournal> open = new CopyOnWriteArrayList<>();

    LocalJournals(Disk disk, Duration spin) {
        this.disk = disk;
        this.spin = spin;
    }

    /**
     * {@return the logs in a folder}
     *
     * @param folder which; made when the first log is
     */
    public static LocalJournals in(Path folder) {
        return on(new RealDisk(folder.toAbsolutePath()));
    }

    /**
     * {@return the logs on a disk}
     *
     * @param disk which
     */
    public static LocalJournals on(Disk disk) {
        return new LocalJournals(disk, SPIN);
    }

    @Override
    public Journal open(String name, JournalOptions options, JournalReader reader)
            throws IOException {
        DefaultJournal journal =
                DefaultJournal.open(disk, checked(name), options, System::nanoTime, reader)
                        .start(spin);
        open.removeIf(one -> one.isClosed());
        open.add(journal);
        return journal;
    }

    @Override
    public long export(String name, Path file) throws IOException {
        return new Export(disk.folder(checked(name))).to(file);
    }

    private static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "the name of a log is 1 to 32 lower-case letters and dashes: '" + name + "'");
        }
        return name;
    }

    @Override
    public List<JournalStatus> status() {
        return open.stream()
                .filter(journal -> !journal.isClosed())
                .map(DefaultJournal::status)
                .toList();
    }

    /** Closes those that are open. */
    @Override
    public void close() {
        open.forEach(DefaultJournal::close);
        open.clear();
    }
}
