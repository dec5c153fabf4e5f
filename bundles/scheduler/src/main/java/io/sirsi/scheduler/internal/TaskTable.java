package io.sirsi.scheduler.internal;

import io.sirsi.task.TaskId;
import org.jspecify.annotations.Nullable;

/**
 * Tasks by their 128 bits: open addressing with linear probing, four bytes a slot, since a map of
 * objects would take more than the tasks. Guarded by the engine's baton.
 */
final class TaskTable {

    private static final int LEAST = 1 << 10;

    private @Nullable TaskEntry[] slots = new TaskEntry[LEAST];
    private int size;

    int size() {
        return size;
    }

    /** Makes room for so many more at once. */
    void reserve(int more) {
        long wanted = (size + (long) more) * 2;
        int capacity = slots.length;
        while (capacity < wanted && capacity < 1 << 29) {
            capacity <<= 1;
        }
        if (capacity > slots.length) {
            resize(capacity);
        }
    }

    @Nullable TaskEntry get(TaskId id) {
        return get(id.high(), id.low());
    }

    @Nullable TaskEntry get(long high, long low) {
        int mask = slots.length - 1;
        int slot = home(low, mask);
        while (true) {
            TaskEntry there = slots[slot];
            if (there == null || (there.low == low && there.high == high)) {
                return there;
            }
            slot = (slot + 1) & mask;
        }
    }

    void put(TaskEntry entry) {
        if (size * 2 >= slots.length) {
            resize(slots.length * 2);
        }
        insert(entry);
        size++;
    }

    private void insert(TaskEntry entry) {
        int mask = slots.length - 1;
        int slot = home(entry.low, mask);
        while (slots[slot] != null) {
            slot = (slot + 1) & mask;
        }
        slots[slot] = entry;
    }

    /** Removes an entry that is there, and closes the gap. */
    void remove(TaskEntry entry) {
        int mask = slots.length - 1;
        int slot = home(entry.low, mask);
        while (slots[slot] != entry) {
            if (slots[slot] == null) {
                throw new IllegalStateException("task " + entry.id() + " is not there");
            }
            slot = (slot + 1) & mask;
        }
        size--;
        int gap = slot;
        int next = slot;
        while (true) {
            next = (next + 1) & mask;
            TaskEntry there = slots[next];
            if (there == null) {
                break;
            }
            int home = home(there.low, mask);
            if (((next - home) & mask) >= ((next - gap) & mask)) {
                slots[gap] = there;
                gap = next;
            }
        }
        slots[gap] = null;
        if (slots.length > LEAST && size * 8 < slots.length) {
            resize(slots.length / 2);
        }
    }

    private void resize(int capacity) {
        @Nullable TaskEntry[] old = slots;
        slots = new TaskEntry[capacity];
        for (TaskEntry entry : old) {
            if (entry != null) {
                insert(entry);
            }
        }
    }

    /**
     * Fibonacci hashing: the ids of a graph are neighbours, and neighbours in a row would make every
     * removal walk along all of them.
     */
    private static int home(long low, int mask) {
        return (int) ((low * 0x9E3779B97F4A7C15L) >>> 32) & mask;
    }
}
