package io.sirsi.inventory.internal;

import io.sirsi.failure.RefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The embedded database and the only threads that touch it: one that writes, three that read.
 *
 * <p>Callers are threads of agents, and those are interrupted when a task is cancelled or runs out
 * of time. An interrupt in the middle of a read or write closes the file's channel, and with it the
 * database for everybody: so no caller's thread ever comes that near. A caller waits for a result,
 * and an interrupt or the deadline ends only the waiting.
 */
final class Database implements AutoCloseable {

    /**
     * Work with a connection.
     *
     * @param <T> what comes out
     */
    interface Work<T> {

        /** {@return what came out; for a write, everything is committed together or not at all} */
        T with(Connection connection) throws SQLException;
    }

    private static final Logger log = LoggerFactory.getLogger(Database.class);
    private static final String PREFIX = "jdbc:h2:file:";
    private static final int READERS = 3;
    private static final int FILE_IN_USE = 90020;

    private final String url;
    private final Duration timeout;
    private final ExecutorService writer;
    private final ExecutorService readers;
    private final AtomicBoolean closed = new AtomicBoolean();
    private @Nullable Connection writing;

    private Database(String url, Duration timeout) {
        this.url = url;
        this.timeout = timeout;
        this.writer = Executors.newSingleThreadExecutor(named("sirsi-inventory-writer"));
        this.readers = Executors.newFixedThreadPool(READERS, named("sirsi-inventory-reader"));
    }

    /**
     * Opens the database, which is made if it is not there, and brings its tables up to date.
     *
     * @param address as configured
     * @param timeout the longest wait of one call
     * @return the database, to be closed
     * @throws IllegalArgumentException if the address is not one of an H2 file
     * @throws RefusedException if the database cannot be opened
     */
    static Database open(String address, Duration timeout) {
        if (!address.startsWith(PREFIX)) {
            throw new IllegalArgumentException(
                    "the inventory's url must begin with " + PREFIX + ": '" + address + "'");
        }
        makeFolder(address);
        Database database = new Database(complete(address), timeout);
        try {
            database.write(
                    connection -> {
                        Schema.upgrade(connection);
                        return true;
                    });
            return database;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /**
     * Does something in one transaction.
     *
     * @throws RefusedException UNAVAILABLE if it was not done, or not in time; whatever the work
     *     throws of that kind
     */
    <T> T write(Work<T> work) {
        return await(
                submit(
                        writer,
                        () -> {
                            Connection connection = writing();
                            try {
                                T result = work.with(connection);
                                connection.commit();
                                return result;
                            } catch (SQLException | RuntimeException | Error e) {
                                rollBack(connection);
                                throw e;
                            }
                        }));
    }

    /** {@return what was read} */
    <T> T read(Work<T> work) {
        return await(
                submit(
                        readers,
                        () -> {
                            try (Connection connection = connect()) {
                                return work.with(connection);
                            }
                        }));
    }

    /** Lets what runs end, and closes the file. A second time does nothing. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        writer.execute(this::closeWriting);
        writer.shutdown();
        readers.shutdown();
        try {
            if (!readers.awaitTermination(timeout.toMillis(), TimeUnit.MILLISECONDS)
                    || !writer.awaitTermination(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                log.error("the inventory's database is still busy after {}", timeout);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Connection writing() throws SQLException {
        Connection connection = writing;
        if (connection == null || connection.isClosed()) {
            connection = connect();
            connection.setAutoCommit(false);
            writing = connection;
        }
        return connection;
    }

    private Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", "sa");
        properties.setProperty("password", "");
        Connection connection = new org.h2.Driver().connect(url, properties);
        if (connection == null) {
            throw new SQLException("H2 does not know the address " + url);
        }
        return connection;
    }

    private void rollBack(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            log.warn("the inventory's database could not roll back; it is opened anew", e);
            closeWriting();
        }
    }

    private void closeWriting() {
        Connection connection = writing;
        writing = null;
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                log.warn("the inventory's database did not close cleanly", e);
            }
        }
    }

    private static <T> Future<T> submit(ExecutorService executor, Callable<T> task) {
        try {
            return executor.submit(task);
        } catch (RejectedExecutionException e) {
            throw RefusedException.unavailable("the inventory is closed; try again in a moment");
        }
    }

    private <T> T await(Future<T> future) {
        try {
            return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RefusedException.unavailable(
                    "interrupted while waiting for the inventory's database");
        } catch (TimeoutException e) {
            throw RefusedException.unavailable(
                    "the inventory's database did not answer within "
                            + timeout.toMillis()
                            + " ms; see whether the disk is full or slow");
        } catch (ExecutionException e) {
            throw refusal(e.getCause());
        }
    }

    private RuntimeException refusal(@Nullable Throwable cause) {
        if (cause instanceof RefusedException refused) {
            return refused;
        }
        if (cause instanceof SQLException sql) {
            log.warn("the inventory's database refused (error {})", sql.getErrorCode(), sql);
            String sentence =
                    sql.getErrorCode() == FILE_IN_USE
                            ? "another process uses the inventory's database "
                                    + url.substring(PREFIX.length(), url.indexOf(';'))
                                    + "; stop it, or choose another data folder"
                            : "the inventory's database failed (H2 error "
                                    + sql.getErrorCode()
                                    + "); the log has the details";
            return new RefusedException(RefusedException.Reason.UNAVAILABLE, sentence, sql);
        }
        if (cause instanceof RuntimeException bug) {
            return bug;
        }
        return new IllegalStateException("the inventory's thread failed", cause);
    }

    /** Adds what the promises of this bundle rest on, where the address does not say it already. */
    private static String complete(String address) {
        StringBuilder full = new StringBuilder(address);
        String upper = address.toUpperCase(Locale.ROOT);
        for (String setting :
                new String[] {
                    // We close it; a shutdown hook would close it under those who still use it.
                    "DB_CLOSE_ON_EXIT=FALSE",
                    // A commit is in the file when it returns, so that kill -9 takes nothing back.
                    "WRITE_DELAY=0",
                    // Errors go to our log; no second log beside the database.
                    "TRACE_LEVEL_FILE=0"
                }) {
            if (!upper.contains(";" + setting.substring(0, setting.indexOf('=') + 1))) {
                full.append(';').append(setting);
            }
        }
        return full.toString();
    }

    private static void makeFolder(String address) {
        int end = address.indexOf(';');
        Path file = Path.of(address.substring(PREFIX.length(), end < 0 ? address.length() : end));
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || Files.isDirectory(folder)) {
            return;
        }
        try {
            if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createDirectories(
                        folder,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
            } else {
                Files.createDirectories(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the inventory's folder " + folder, e);
        }
    }

    private static ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
