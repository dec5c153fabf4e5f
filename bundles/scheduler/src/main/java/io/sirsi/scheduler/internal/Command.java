package io.sirsi.scheduler.internal;

import org.jspecify.annotations.Nullable;

/** Something to be done under the baton of an engine. A command is in a queue once at most. */
abstract class Command {

    /** The next in the queue; read and written by {@link CommandQueue} only, in its ways. */
    @Nullable Command nextCommand;

    /** Does it; called once, by whoever holds the baton. */
    abstract void run();
}
