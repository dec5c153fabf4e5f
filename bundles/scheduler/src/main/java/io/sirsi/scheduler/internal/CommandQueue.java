package io.sirsi.scheduler.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Commands in the order in which they came, from any thread and without a lock, to one at a time
 * that takes them. The algorithm is Dmitry Vyukov's <a
 * href="https://www.1024cores.net/home/lock-free-algorithms/queues/intrusive-mpsc-node-based-queue">
 * intrusive MPSC queue</a>: one exchange for each addition, none for a removal.
 */
final class CommandQueue {

    private static final VarHandle TAIL;
    private static final VarHandle NEXT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            TAIL = lookup.findVarHandle(CommandQueue.class, "tail", Command.class);
            NEXT = lookup.findVarHandle(Command.class, "nextCommand", Command.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /** Keeps the queue from ever being without a node. */
    private final Command stub =
            new Command() {
                @Override
                void run() {
                    throw new IllegalStateException("the stub is no command");
                }
            };

    private volatile Command tail = stub;

    /** Only for whoever takes. */
    private Command head = stub;

    /** Adds a command; for any thread. */
    void add(Command command) {
        command.nextCommand = null;
        Command before = (Command) TAIL.getAndSet(this, command);
        NEXT.setRelease(before, command);
    }

    /** {@return whether there is nothing to take; for any thread} */
    boolean isEmpty() {
        return tail == stub;
    }

    /** {@return the first command, no longer in the queue; null if there is none} */
    @Nullable Command poll() {
        Command first = head;
        Command second = next(first);
        if (first == stub) {
            if (second == null) {
                return null;
            }
            head = second;
            stub.nextCommand = null;
            first = second;
            second = next(first);
        }
        if (second == null) {
            if (tail == first) {
                add(stub);
            }
            second = awaitNext(first);
        }
        head = second;
        // Or an old one that is long done would keep all that came after it from the collector.
        first.nextCommand = null;
        return first;
    }

    /** Whoever is between its two steps of adding finishes within an instant. */
    private static Command awaitNext(Command node) {
        Command next = next(node);
        while (next == null) {
            Thread.onSpinWait();
            next = next(node);
        }
        return next;
    }

    private static @Nullable Command next(Command node) {
        return (Command) NEXT.getAcquire(node);
    }
}
