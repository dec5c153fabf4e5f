package io.sirsi.bench.ours;

import io.sirsi.bench.harness.AppendContender;
import io.sirsi.bench.harness.Commits;
import io.sirsi.bench.harness.Contender;
import io.sirsi.bench.harness.Figures;
import io.sirsi.bench.harness.WorkFolder;
import io.sirsi.journal.Journal;
import io.sirsi.journal.JournalOptions;
import io.sirsi.journal.internal.LocalJournals;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Three users that append and wait at the same time, on one log together or on a log each, as
 * scheduler, audit trail and agents have it.
 */
public final class Logs implements Contender {

    private static final int USERS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final WorkFolder folder;
    private final int count;
    private @Nullable Path files;
    private @Nullable LocalJournals journals;
    private @Nullable ExecutorService users;
    private final List<Journal> logs = new ArrayList<>();

    private Logs(WorkFolder folder, int count) {
        this.folder = folder;
        this.count = count;
    }

    /** {@return a log for each user, as the product has it} */
    public static Logs oneEach(WorkFolder folder) {
        return new Logs(folder, USERS);
    }

    /** {@return one log for all users} */
    public static Logs shared(WorkFolder folder) {
        return new Logs(folder, 1);
    }

    @Override
    public String id() {
        return count == USERS ? Contender.OURS : "one-log";
    }

    @Override
    public String durability() {
        return "every batch on the disk; "
                + (count == USERS ? "three users, a log each" : "three users of one log");
    }

    @Override
    public void start() throws IOException {
        Path made = folder.fresh("logs");
        files = made;
        LocalJournals opened = LocalJournals.in(made);
        journals = opened;
        for (int i = 0; i < count; i++) {
            Journal log =
                    opened.open("log-" + (char) ('a' + i), JournalOptions.DEFAULT, new Nobody());
            log.listen(new Nobody());
            logs.add(log);
        }
        users = Executors.newFixedThreadPool(USERS);
    }

    /**
     * Lets all users append for a while.
     *
     * @param batch how many records each appends before it waits
     * @param seconds for how long
     * @return {@code rate} of all together, and {@code p50} of a commit in microseconds
     * @throws Exception where a commit fails
     */
    public Figures run(int batch, double seconds) throws Exception {
        ExecutorService running = users;
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        List<Callable<Figures>> work = new ArrayList<>();
        for (int i = 0; i < USERS; i++) {
            User user = new User(logs.get(i % logs.size()));
            work.add(() -> new Commits(200, batch).run(user, seconds));
        }
        double rate = 0;
        double p50 = 0;
        for (Future<Figures> one : running.invokeAll(work)) {
            rate += one.get().get("rate");
            p50 += one.get().get("p50") / USERS;
        }
        return new Figures(Map.of("rate", rate, "p50", p50));
    }

    @Override
    public void close() {
        ExecutorService running = users;
        if (running != null) {
            running.shutdownNow();
        }
        users = null;
        LocalJournals open = journals;
        if (open != null) {
            open.close();
        }
        journals = null;
        logs.clear();
        Path left = files;
        files = null;
        if (left != null) {
            try {
                WorkFolder.remove(left);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot remove the logs", e);
            }
        }
    }

    private record User(Journal log) implements AppendContender {
        @Override
        public String id() {
            return "user";
        }

        @Override
        public String durability() {
            return "every batch on the disk";
        }

        @Override
        public void start() {}

        @Override
        public void commit(byte[] record, int batch) throws Exception {
            long end = 0;
            for (int i = 0; i < batch; i++) {
                end = log.append(record, 0, record.length);
            }
            if (!log.awaitForced(end, PATIENCE)) {
                throw new IllegalStateException("not on the disk after " + PATIENCE);
            }
        }

        @Override
        public void close() {}
    }
}
