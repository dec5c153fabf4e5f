package io.sirsi.scheduler.internal;

import io.sirsi.session.SessionId;
import io.sirsi.task.TaskSpec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes what many tasks have in common, and remembers the bytes of what was written lately. For
 * one thread at a time.
 */
final class RecentEncoder {

    /** How many are remembered, a power of two. */
    private static final int LATELY = 16;

    private final @Nullable TaskSpec[] bases = new TaskSpec[LATELY];
    private final byte[][] encoded = new byte[LATELY][];

    private @Nullable SessionId lastSession;
    private byte[] lastSessionBytes = {};

    /** Writes a session as {@link TaskCodec#writeSession} does. */
    void writeSession(ByteWriter to, SessionId session) {
        if (session.equals(lastSession)) {
            to.writeBytes(lastSessionBytes, 0, lastSessionBytes.length);
            return;
        }
        int start = to.size();
        TaskCodec.writeSession(to, session);
        lastSession = session;
        lastSessionBytes = Arrays.copyOfRange(to.array(), start, to.size());
    }

    /** Writes the base of a specification as {@link TaskCodec#writeBase} does. */
    void writeBase(ByteWriter to, TaskSpec spec) {
        TaskSpec base = spec.base();
        int place = base.hashCode() & (LATELY - 1);
        if (base.equals(bases[place])) {
            to.writeBytes(encoded[place], 0, encoded[place].length);
            return;
        }
        int start = to.size();
        TaskCodec.writeBase(to, base);
        bases[place] = base;
        encoded[place] = Arrays.copyOfRange(to.array(), start, to.size());
    }
}
