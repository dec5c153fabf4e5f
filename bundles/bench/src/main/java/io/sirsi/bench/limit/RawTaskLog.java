package io.sirsi.bench.limit;

import io.sirsi.bench.harness.Tally;
import io.sirsi.bench.harness.TaskContender;
import java.io.IOException;

/**
 * What the disk allows a durable task: the bytes of its submission and of its end, written to a
 * prewritten file a mebibyte at a time and forced, with nothing between them.
 */
public final class RawTaskLog implements TaskContender {

    private static final int BYTES_PER_TASK = 240;
    private static final int TASKS_PER_COMMIT = (1 << 20) / BYTES_PER_TASK;

    private final Tally tally = new Tally();
    private final RawFile file;
    private int waiting;

    /**
     * Makes one.
     *
     * @param file where it writes
     */
    public RawTaskLog(RawFile file) {
        this.file = file;
    }

    @Override
    public String id() {
        return "raw-log";
    }

    @Override
    public String durability() {
        return "every byte on the disk; the physical limit: 240 bytes a task, a mebibyte a force";
    }

    @Override
    public Tally tally() {
        return tally;
    }

    @Override
    public void start() throws IOException {
        file.start();
    }

    @Override
    public void submit(int priority, int place) throws IOException {
        tally.run(place);
        waiting++;
        if (waiting == TASKS_PER_COMMIT) {
            flush();
        }
    }

    @Override
    public void flush() throws IOException {
        if (waiting > 0) {
            file.commitBytes(waiting * BYTES_PER_TASK);
            tally.complete(waiting);
            waiting = 0;
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
