package io.sirsi.bench.peer;

import io.sirsi.bench.harness.UnavailableException;
import java.io.IOException;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A database that a peer keeps its tasks in. */
public interface Database extends AutoCloseable {

    /** {@return its name in the tables} */
    String id();

    /** {@return what a commit means in it, truly} */
    String durability();

    /** {@return the SQL type of a column of bytes} */
    String bytesType();

    /** {@return whether rows can be locked while they are selected} */
    boolean locksWhatItSelects();

    /**
     * Starts it, empty.
     *
     * @return connections to it
     * @throws UnavailableException where it cannot run on this machine
     * @throws IOException where it cannot be started
     * @throws SQLException where it is not as it must be
     */
    DataSource open() throws UnavailableException, IOException, SQLException;

    /** Stops it and removes its files. Idempotent. */
    @Override
    void close();
}
