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

    static {
        try {
            TAIL = MethodHandles.lookup().findVarHandle(CommandQueue.class, "tail", Command.class);
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
        before.nextCommand = command;
    }

    /** {@return whether there is nothing to take; for any thread} */
    boolean isEmpty() {
        return tail == stub;
    }

    /** {@return the first command, no longer in the queue; null if there is none} */
    @Nullable Command poll() {
        Command first = head;
        Command second = first.nextCommand;
        if (first == stub) {
            if (second == null) {
                return null;
            }
            head = second;
            first = second;
            second = first.nextCommand;
        }
        if (second == null) {
            if (tail == first) {
                add(stub);
            }
            second = awaitNext(first);
        }
        head = second;
        return first;
    }

    /** Whoever is between its two steps of adding finishes within an instant. */
    private static Command awaitNext(Command node) {
        Command next = node.nextCommand;
        while (next == null) {
            Thread.onSpinWait();
            next = node.nextCommand;
        }
        return next;
    }
}
