package io.sirsi.bench.limit;

import io.sirsi.bench.harness.Contender;
import io.sirsi.bench.harness.WorkFolder;
import java.io.IOException;
import java.util.List;

/** The two ways to write a prewritten file, of which the better one counts. */
public final class RawFiles implements Contender {

    private final RawFile forced;
    private final RawFile synchronous;

    /**
     * Makes one.
     *
     * @param folder where its files will be
     */
    public RawFiles(WorkFolder folder) {
        this.forced = new RawFile(folder, RawFile.Way.FORCE);
        this.synchronous = new RawFile(folder, RawFile.Way.DSYNC);
    }

    @Override
    public String id() {
        return "raw-file";
    }

    @Override
    public String durability() {
        return "every batch on the disk; the physical limit: a prewritten file, the better of"
                + " write + force(false) and DSYNC";
    }

    /** {@return both ways} */
    public List<RawFile> ways() {
        return List.of(forced, synchronous);
    }

    @Override
    public void start() throws IOException {
        forced.start();
        synchronous.start();
    }

    @Override
    public void close() {
        forced.close();
        synchronous.close();
    }
}
