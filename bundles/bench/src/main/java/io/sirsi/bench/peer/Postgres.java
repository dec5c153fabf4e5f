package io.sirsi.bench.peer;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.sirsi.bench.harness.UnavailableException;
import io.sirsi.bench.harness.WorkFolder;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server of our own, on a free port, whose commits are on the disk. Its binaries come
 * as a library. It refuses to run as root; there, the library starts it in a user namespace.
 */
public final class Postgres implements Database {

    private final WorkFolder folder;
    private @Nullable EmbeddedPostgres server;
    private @Nullable HikariDataSource pool;
    private @Nullable Path files;
    private String version = "PostgreSQL";

    /**
     * Makes one.
     *
     * @param folder where its files will be
     */
    public Postgres(WorkFolder folder) {
        this.folder = folder;
    }

    @Override
    public String id() {
        return "postgres";
    }

    @Override
    public String durability() {
        return version + ", fsync=on, synchronous_commit=on: a commit is on the disk";
    }

    @Override
    public String bytesType() {
        return "bytea";
    }

    @Override
    public boolean locksWhatItSelects() {
        return true;
    }

    @Override
    public DataSource open() throws UnavailableException, IOException, SQLException {
        Path made = folder.fresh("postgres");
        files = made;
        EmbeddedPostgres started;
        try {
            started =
                    EmbeddedPostgres.builder()
                            .setDataDirectory(made.resolve("data"))
                            .setOverrideWorkingDirectory(made.resolve("binaries").toFile())
                            .setServerConfig("fsync", "on")
                            .setServerConfig("synchronous_commit", "on")
                            .setServerConfig("full_page_writes", "on")
                            .setServerConfig("shared_buffers", "256MB")
                            .setPGStartupWait(Duration.ofSeconds(30))
                            .setOutputRedirector(
                                    ProcessBuilder.Redirect.to(made.resolve("log").toFile()))
                            .setErrorRedirector(
                                    ProcessBuilder.Redirect.to(made.resolve("log").toFile()))
                            .start();
        } catch (IOException | IllegalStateException e) {
            throw new UnavailableException("PostgreSQL cannot be started here: " + rootOf(e));
        }
        server = started;
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(started.getJdbcUrl("postgres", "postgres"));
        config.setMaximumPoolSize(16);
        HikariDataSource opened = new HikariDataSource(config);
        pool = opened;
        try (Connection connection = opened.getConnection();
                Statement statement = connection.createStatement()) {
            version = "PostgreSQL " + shown(statement, "server_version");
            demand(statement, "fsync");
            demand(statement, "synchronous_commit");
        }
        return opened;
    }

    /** What the library and the server made of our wish is asked, not believed. */
    private static void demand(Statement statement, String setting) throws SQLException {
        String value = shown(statement, setting);
        if (!value.equals("on")) {
            throw new SQLException(setting + " is " + value + " instead of on");
        }
    }

    private static String shown(Statement statement, String setting) throws SQLException {
        try (ResultSet result = statement.executeQuery("SHOW " + setting)) {
            result.next();
            return result.getString(1);
        }
    }

    private static String rootOf(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    @Override
    public void close() {
        HikariDataSource open = pool;
        if (open != null) {
            open.close();
        }
        pool = null;
        try {
            EmbeddedPostgres running = server;
            if (running != null) {
                running.close();
            }
            server = null;
            Path left = files;
            if (left != null) {
                WorkFolder.remove(left);
            }
            files = null;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot stop PostgreSQL", e);
        }
    }
}
