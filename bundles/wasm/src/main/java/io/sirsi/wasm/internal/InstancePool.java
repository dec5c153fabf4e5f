package io.sirsi.wasm.internal;

import io.sirsi.session.SessionId;
import io.sirsi.spi.wasm.WasmRejectedException;
import io.sirsi.spi.wasm.WasmTrap;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The instances of one version of a module. One that has served a session waits for that session
 * alone, reset; a few fresh ones wait for anybody. No foreign code runs under its lock.
 * Thread-safe.
 */
final class InstancePool {

    private static final Logger LOG = LoggerFactory.getLogger(InstancePool.class);

    /** Makes a fresh instance: instantiated, and initialised if the module wants that. */
    @FunctionalInterface
    interface Maker {

        /**
         * Makes one. Blocks while the module's own code runs.
         *
         * @throws WasmRejectedException if the engine does not make it
         * @throws WasmTrap if the module's own code trapped
         */
        GuestInstance make() throws WasmRejectedException, WasmTrap;
    }

    /**
     * What a pool is made of.
     *
     * @param maker makes instances
     * @param room where they have to find a place
     * @param pages how many pages of memory each may have
     * @param ready how many fresh ones wait for anybody
     * @param idle how many used ones wait for their sessions
     */
    record Shape(Maker maker, Room room, long pages, int ready, int idle) {}

    /** One that waits for the next task of its session. */
    private record Waiting(SessionId session, GuestInstance instance, long since) {}

    private final Shape shape;
    private final BooleanSupplier makeRoom;
    private final Executor making;
    private final LongSupplier nanoTime;

    /** The newest first, as it is the likeliest to be in the processor's caches. */
    private final Deque<Waiting> idle = new ArrayDeque<>();

    private final Deque<GuestInstance> ready = new ArrayDeque<>();
    private int coming;
    private int busy;
    private boolean closed;

    /**
     * Makes an empty pool.
     *
     * @param shape what it is made of
     * @param makeRoom called without a lock when there is no room: lets some pool give up one that
     *     waits, and says whether there was one
     * @param making where fresh ones are made
     * @param nanoTime the time for waits
     */
    InstancePool(Shape shape, BooleanSupplier makeRoom, Executor making, LongSupplier nanoTime) {
        this.shape = shape;
        this.makeRoom = makeRoom;
        this.making = making;
        this.nanoTime = nanoTime;
    }

    /**
     * Takes an instance; the caller gives it back.
     *
     * @param session for which session
     * @throws NoRoomException if there is no room for another one now
     * @throws WasmRejectedException if the engine does not make it
     * @throws WasmTrap if the module's own code trapped while it was made
     */
    GuestInstance take(SessionId session) throws NoRoomException, WasmRejectedException, WasmTrap {
        GuestInstance there = waiting(session);
        if (there != null) {
            refill();
            return there;
        }
        while (!shape.room().take(shape.pages())) {
            if (!makeRoom.getAsBoolean()) {
                throw new NoRoomException(shape.room().fullness());
            }
        }
        GuestInstance made = null;
        try {
            made = shape.maker().make();
        } finally {
            if (made == null) {
                shape.room().giveBack(shape.pages());
            }
        }
        synchronized (this) {
            busy++;
        }
        refill();
        return made;
    }

    /**
     * Gives back what was taken. It is used again if it can be brought back to its beginning.
     *
     * @param session which session it served
     */
    void giveBack(SessionId session, GuestInstance instance) {
        boolean again = instance.restart();
        GuestInstance surplus = instance;
        synchronized (this) {
            busy--;
            if (again && !closed && shape.idle() > 0) {
                idle.addFirst(new Waiting(session, instance, nanoTime.getAsLong()));
                surplus = idle.size() > shape.idle() ? idle.removeLast().instance() : null;
            }
        }
        if (surplus != null) {
            end(surplus);
        }
    }

    /** Ends those that have waited for longer than this. */
    void trim(Duration longest) {
        List<GuestInstance> old = new ArrayList<>();
        long now = nanoTime.getAsLong();
        synchronized (this) {
            while (!idle.isEmpty() && now - idle.getLast().since() > longest.toNanos()) {
                old.add(idle.removeLast().instance());
            }
        }
        old.forEach(this::end);
    }

    /** {@return whether one that waited has been ended, to make room} */
    boolean giveUpOne() {
        GuestInstance one;
        synchronized (this) {
            one = !idle.isEmpty() ? idle.removeLast().instance() : ready.pollLast();
        }
        if (one != null) {
            end(one);
        }
        return one != null;
    }

    /** Ends all that wait; those that are taken end when they are given back. */
    void close() {
        List<GuestInstance> all = new ArrayList<>();
        synchronized (this) {
            closed = true;
            idle.forEach(waiting -> all.add(waiting.instance()));
            idle.clear();
            all.addAll(ready);
            ready.clear();
        }
        all.forEach(this::end);
    }

    synchronized int busy() {
        return busy;
    }

    /** {@return how many wait, for a session or for anybody} */
    synchronized int waitingCount() {
        return idle.size() + ready.size();
    }

    /** Has one more made ready, if there are fewer than there should be; does not wait for it. */
    void refill() {
        synchronized (this) {
            if (closed || ready.size() + coming >= shape.ready()) {
                return;
            }
            coming++;
        }
        try {
            making.execute(this::makeReady);
        } catch (RejectedExecutionException stopping) {
            synchronized (this) {
                coming--;
            }
        }
    }

    private void makeReady() {
        GuestInstance made = null;
        boolean room = shape.room().take(shape.pages());
        try {
            if (room) {
                made = shape.maker().make();
            }
        } catch (WasmRejectedException | WasmTrap trouble) {
            LOG.warn("no instance could be made ready: {}", trouble.getMessage());
        } finally {
            boolean kept;
            synchronized (this) {
                coming--;
                kept = made != null && !closed;
                if (made != null && kept) {
                    ready.addLast(made);
                }
            }
            if (made != null && !kept) {
                end(made);
            } else if (made == null && room) {
                shape.room().giveBack(shape.pages());
            }
        }
    }

    private synchronized @Nullable GuestInstance waiting(SessionId session) {
        for (Waiting one : idle) {
            if (one.session().equals(session)) {
                idle.remove(one);
                busy++;
                return one.instance();
            }
        }
        GuestInstance fresh = ready.pollFirst();
        if (fresh != null) {
            busy++;
        }
        return fresh;
    }

    private void end(GuestInstance instance) {
        instance.close();
        shape.room().giveBack(shape.pages());
    }
}
