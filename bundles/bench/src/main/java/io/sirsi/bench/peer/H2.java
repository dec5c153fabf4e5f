package io.sirsi.bench.peer;

import io.sirsi.bench.harness.WorkFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.jspecify.annotations.Nullable;

/** An H2 database in a file, with its own defaults. */
public final class H2 implements Database {

    private final WorkFolder folder;
    private @Nullable Path files;
    private @Nullable JdbcConnectionPool pool;

    /**
     * Makes one.
     *
     * @param folder where its file will be
     */
    public H2(WorkFolder folder) {
        this.folder = folder;
    }

    @Override
    public String id() {
        return "h2";
    }

    @Override
    public String durability() {
        return "H2 file, WRITE_DELAY 500 ms: a commit is not on the disk when it returns";
    }

    @Override
    public String bytesType() {
        return "varbinary";
    }

    @Override
    public boolean locksWhatItSelects() {
        return false;
    }

    @Override
    public DataSource open() throws IOException {
        Path made = folder.fresh("h2");
        files = made;
        JdbcConnectionPool opened =
                JdbcConnectionPool.create("jdbc:h2:file:" + made.resolve("tasks"), "sa", "");
        opened.setMaxConnections(16);
        pool = opened;
        return opened;
    }

    @Override
    public void close() {
        JdbcConnectionPool open = pool;
        if (open != null) {
            open.dispose();
        }
        pool = null;
        try {
            Path left = files;
            if (left != null) {
                WorkFolder.remove(left);
            }
            files = null;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove the files of H2", e);
        }
    }
}
