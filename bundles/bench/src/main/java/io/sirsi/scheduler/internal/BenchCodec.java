package io.sirsi.scheduler.internal;

import io.sirsi.task.TaskSpec;

/**
 * Writes what is one task's own in the form of the log. In the scheduler's package, since that
 * shows its codec to nobody.
 */
public final class BenchCodec {

    private final ByteWriter writer = new ByteWriter(1_024);

    /** {@return how many bytes it takes} */
    public int encode(TaskSpec spec) {
        writer.clear();
        TaskCodec.writeOwn(writer, spec);
        return writer.size();
    }
}
