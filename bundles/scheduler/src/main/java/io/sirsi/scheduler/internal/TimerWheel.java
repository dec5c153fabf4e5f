package io.sirsi.scheduler.internal;

import java.util.function.Consumer;

/**
 * Timers on a monotonic clock: a hierarchy of wheels, as described by Varghese and Lauck in "Hashed
 * and Hierarchical Timing Wheels" (SOSP 1987). Arming and cancelling cost a constant time and no
 * object; a timer that fires is moved at most once for each wheel on its way.
 *
 * <p>Eleven wheels of 64 slots cover all 64 bits of a time in nanoseconds, six bits each: a timer
 * lies on the wheel of the highest six bits in which its time differs from now. So whatever lies on
 * a lower wheel is due before everything on a higher one, in a wheel the slots are due in order,
 * and a map of 64 bits for each wheel finds the next one at once, however far away it is.
 *
 * <p>Times are readings of {@link System#nanoTime} or the like: they may be negative and wrap
 * around. They may lie up to 292 years after the wheel's last reading. Not thread-safe.
 */
final class TimerWheel {

    private static final int BITS = 6;
    private static final int SLOTS = 1 << BITS;
    private static final int WHEELS = (Long.SIZE + BITS - 1) / BITS;

    /**
     * The highest wheel of which a slot fires as it is when all of it is past: its slots are 2^18
     * ns, a quarter of a millisecond. Within that, order is not worth another move.
     */
    private static final int FIRES_WHOLE = 3;

    /** As many timers are looked at to know exactly when to wake up. */
    private static final int LOOKS = 16;

    /** The head of a ring. */
    private static final class Head extends TimerNode {}

    private final long origin;
    private final TimerNode[] slots = new TimerNode[WHEELS * SLOTS];

    /**
     * One bit for each slot that may hold timers: cancelling leaves it set, and looking clears it.
     */
    private final long[] occupied = new long[WHEELS];

    /** One bit for each wheel with a slot that may hold timers. */
    private int wheels;

    /** Armed for a time that was past already: due at the next advance. */
    private final TimerNode late = new Head();

    /** Due now, in the order in which they fire. */
    private final TimerNode firing = new Head();

    /** Nanoseconds from the origin to the last reading. */
    private long elapsed;

    private int size;

    /**
     * Starts without timers.
     *
     * @param nowNanos the clock's reading
     */
    TimerWheel(long nowNanos) {
        origin = nowNanos;
        for (int i = 0; i < slots.length; i++) {
            slots[i] = new Head();
        }
    }

    /**
     * Arms a timer, or moves an armed one.
     *
     * @param node of this wheel or of none
     * @param deadlineNanos when it is due; if that is past it is due at the next {@link #advance},
     *     also when called from within one
     */
    void arm(TimerNode node, long deadlineNanos) {
        if (node.armed()) {
            unlink(node);
        } else {
            size++;
        }
        node.timerDeadline = deadlineNanos;
        long at = deadlineNanos - origin;
        if (at - elapsed <= 0) {
            append(late, node);
        } else {
            place(node, at);
        }
    }

    /** Disarms a timer; does nothing if it is not armed. */
    void cancel(TimerNode node) {
        if (node.armed()) {
            unlink(node);
            size--;
        }
    }

    /**
     * Fires every timer that is due, to the nanosecond: never one early. They fire in order of
     * their times, as far as these are more than a quarter of a millisecond apart; those that were
     * armed too late come first. What is called may arm and cancel any timer, also one that is due.
     * If it throws, the rest fires at the next advance.
     *
     * @param nowNanos the clock's reading; one before the last counts as the last
     * @param due gets each timer, disarmed
     * @return how many fired
     */
    int advance(long nowNanos, Consumer<? super TimerNode> due) {
        splice(late, firing);
        long to = nowNanos - origin;
        if (to - elapsed > 0) {
            collect(to);
        }
        int fired = 0;
        while (firing.armed()) {
            TimerNode node = firing.nextTimer;
            unlink(node);
            size--;
            fired++;
            due.accept(node);
        }
        return fired;
    }

    /**
     * {@return a reading of the clock before which nothing is due; {@link Long#MAX_VALUE} if none
     * is armed} It is exact when the first slot holds sixteen or fewer; else it is that slot's
     * beginning, later than the last reading, and who sleeps until then finds it on a lower wheel.
     */
    long nextDeadline() {
        if (late.armed() || firing.armed()) {
            return bound(elapsed);
        }
        int slot = firstSlot();
        if (slot < 0) {
            return Long.MAX_VALUE;
        }
        TimerNode head = slots[slot];
        long earliest = Long.MAX_VALUE;
        int looks = 0;
        for (TimerNode node = head.nextTimer; node != head; node = node.nextTimer) {
            if (++looks > LOOKS) {
                return bound(startOf(slot));
            }
            earliest = Math.min(earliest, node.timerDeadline - origin - elapsed);
        }
        return bound(elapsed + earliest);
    }

    /** {@return how many are armed} */
    int size() {
        return size;
    }

    private long bound(long at) {
        long reading = at + origin;
        return reading == Long.MAX_VALUE ? Long.MAX_VALUE - 1 : reading; // that one means: none
    }

    /** Moves the time forward, and what is due by then to the end of those that fire. */
    private void collect(long to) {
        for (int slot = firstSlot(); slot >= 0; slot = firstSlot()) {
            long start = startOf(slot);
            if (start - to > 0) {
                break;
            }
            // All lower wheels are empty and all earlier slots of this one: nobody is passed over.
            elapsed = start;
            clear(slot);
            int wheel = slot / SLOTS;
            long last = start + (1L << (BITS * wheel)) - 1;
            if (wheel > FIRES_WHOLE) {
                spread(slots[slot]);
            } else if (last - to <= 0) {
                splice(slots[slot], firing);
            } else {
                divide(slots[slot], to);
            }
        }
        elapsed = to;
    }

    /** Moves what is in a slot, which begins now, to lower wheels. */
    private void spread(TimerNode head) {
        while (head.armed()) {
            TimerNode node = head.nextTimer;
            unlink(node);
            place(node, node.timerDeadline - origin);
        }
    }

    /** Moves what is due to those that fire, and the rest to lower wheels. */
    private void divide(TimerNode head, long to) {
        while (head.armed()) {
            TimerNode node = head.nextTimer;
            unlink(node);
            long at = node.timerDeadline - origin;
            if (at - to <= 0) {
                append(firing, node);
            } else {
                place(node, at);
            }
        }
    }

    private void place(TimerNode node, long at) {
        // Equal times differ in no bit, and belong on the lowest wheel: -1 / 6 is 0.
        int wheel = (Long.SIZE - 1 - Long.numberOfLeadingZeros(at ^ elapsed)) / BITS;
        int index = (int) (at >>> (BITS * wheel)) & (SLOTS - 1);
        occupied[wheel] |= 1L << index;
        wheels |= 1 << wheel;
        append(slots[wheel * SLOTS + index], node);
    }

    /** {@return the first slot with timers, or -1; forgets those that have been cancelled empty} */
    private int firstSlot() {
        while (wheels != 0) {
            int wheel = Integer.numberOfTrailingZeros(wheels);
            int slot = wheel * SLOTS + Long.numberOfTrailingZeros(occupied[wheel]);
            if (slots[slot].armed()) {
                return slot;
            }
            clear(slot);
        }
        return -1;
    }

    /** {@return when a slot begins, in nanoseconds from the origin} */
    private long startOf(int slot) {
        int shift = BITS * (slot / SLOTS);
        long above = shift + BITS < Long.SIZE ? elapsed >>> (shift + BITS) << (shift + BITS) : 0;
        return above | (long) (slot % SLOTS) << shift;
    }

    private void clear(int slot) {
        int wheel = slot / SLOTS;
        occupied[wheel] &=
                ~(1L << slot); // a shift takes the lowest six bits, the place in the wheel
        if (occupied[wheel] == 0) {
            wheels &= ~(1 << wheel);
        }
    }

    private static void append(TimerNode head, TimerNode node) {
        TimerNode last = head.previousTimer;
        node.previousTimer = last;
        node.nextTimer = head;
        last.nextTimer = node;
        head.previousTimer = node;
    }

    private static void unlink(TimerNode node) {
        TimerNode next = node.nextTimer;
        TimerNode previous = node.previousTimer;
        previous.nextTimer = next;
        next.previousTimer = previous;
        node.nextTimer = node;
        node.previousTimer = node;
    }

    /** Moves all of one ring to the end of another. */
    private static void splice(TimerNode from, TimerNode to) {
        if (!from.armed()) {
            return;
        }
        TimerNode first = from.nextTimer;
        TimerNode last = from.previousTimer;
        TimerNode before = to.previousTimer;
        before.nextTimer = first;
        first.previousTimer = before;
        last.nextTimer = to;
        to.previousTimer = last;
        from.nextTimer = from;
        from.previousTimer = from;
    }
}
