package io.sirsi.inventory.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;

/**
 * The tables, by numbered steps. A step is a file that is never changed once it was released; a new
 * one is appended to the list. Each statement of a step can be run twice, because H2 commits every
 * one by itself.
 */
final class Schema {

    private static final List<String> STEPS = List.of("schema-0001.sql");

    private Schema() {}

    /**
     * Runs the steps that the database has not seen.
     *
     * @throws IllegalStateException if the database was made by a newer version
     */
    static void upgrade(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE IF NOT EXISTS schema_version (version INT PRIMARY KEY,"
                            + " applied_at TIMESTAMP WITH TIME ZONE NOT NULL)");
            int version = version(statement);
            if (version > STEPS.size()) {
                throw new IllegalStateException(
                        "the inventory's database has schema "
                                + version
                                + ", this version knows up to "
                                + STEPS.size()
                                + ": start the newer version, or move the database away");
            }
            for (int step = version + 1; step <= STEPS.size(); step++) {
                for (String sql : text(STEPS.get(step - 1)).split(";\\s*\n", -1)) {
                    if (!sql.isBlank()) {
                        statement.execute(sql);
                    }
                }
                statement.execute(
                        "MERGE INTO schema_version KEY (version) VALUES ("
                                + step
                                + ", CURRENT_TIMESTAMP)");
                connection.commit();
            }
        }
    }

    private static int version(Statement statement) throws SQLException {
        try (ResultSet row =
                statement.executeQuery("SELECT COALESCE(MAX(version), 0) FROM schema_version")) {
            row.next();
            return row.getInt(1);
        }
    }

    private static String text(String name) {
        try (InputStream in =
                Objects.requireNonNull(Schema.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }
}
