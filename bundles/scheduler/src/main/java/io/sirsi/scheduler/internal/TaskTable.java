package io.sirsi.scheduler.internal;

import io.sirsi.task.TaskId;
import org.jspecify.annotations.Nullable;

/**
 * Tasks by their 128 bits. A page holds those that have their upper half in common, each at the
 * place that its lowest bits name, as {@link PagedIds} draws them: what comes in a row lies in a
 * row, while one table of all would cost a miss of the processor's cache for each task that comes
 * and goes. Any ids will do; those that are not drawn so take more room. Guarded by the engine's
 * baton.
 */
final class TaskTable {

    /** How many of the lowest bits name the place in a page. */
    static final int PLACE_BITS = 6;

    private static final int PLACES = 1 << PLACE_BITS;
    private static final int LEAST = 1 << 6;

    /** Tasks whose ids have the same upper half. */
    static final class Page {
        private final long high;
        private final @Nullable TaskEntry[] places = new TaskEntry[PLACES];
        private int used;

        Page(long high) {
            this.high = high;
        }
    }

    /** Open addressing with linear probing. Two pages may have the same upper half. */
    private @Nullable Page[] pages = new Page[LEAST];

    private int pageCount;
    private int size;

    /** The page that got an entry last; it stays though it may be empty. */
    private @Nullable Page filling;

    /** The page in which something was found last. */
    private @Nullable Page found;

    int size() {
        return size;
    }

    /** Makes room for so many more at once. */
    void reserve(int more) {
        long wanted = (pageCount + (long) more / PLACES + 1) * 2;
        int capacity = pages.length;
        while (capacity < wanted && capacity < 1 << 29) {
            capacity <<= 1;
        }
        if (capacity > pages.length) {
            resize(capacity);
        }
    }

    @Nullable TaskEntry get(TaskId id) {
        return get(id.high(), id.low());
    }

    @Nullable TaskEntry get(long high, long low) {
        Page page = pageOf(high, low);
        return page == null ? null : page.places[place(low)];
    }

    private @Nullable Page pageOf(long high, long low) {
        Page last = found;
        if (last != null && holds(last, high, low)) {
            return last;
        }
        int mask = pages.length - 1;
        int slot = home(high, mask);
        for (Page page = pages[slot]; page != null; page = pages[slot]) {
            if (holds(page, high, low)) {
                found = page;
                return page;
            }
            slot = (slot + 1) & mask;
        }
        return null;
    }

    private static boolean holds(Page page, long high, long low) {
        if (page.high != high) {
            return false;
        }
        TaskEntry there = page.places[place(low)];
        return there != null && there.low == low;
    }

    /** Adds an entry that is not there. */
    void put(TaskEntry entry) {
        int place = place(entry.low);
        Page page = filling;
        if (page == null || page.high != entry.high || page.places[place] != null) {
            page = pageFor(entry.high, place);
            Page before = filling;
            filling = page;
            if (before != null && before.used == 0 && before != page) {
                removePage(before);
            }
        }
        page.places[place] = entry;
        entry.page = page;
        page.used++;
        size++;
    }

    /** {@return a page with a free place} */
    private Page pageFor(long high, int place) {
        if (pageCount * 2 >= pages.length) {
            resize(pages.length * 2);
        }
        int mask = pages.length - 1;
        int slot = home(high, mask);
        for (Page page = pages[slot]; page != null; page = pages[slot]) {
            if (page.high == high && page.places[place] == null) {
                return page;
            }
            slot = (slot + 1) & mask;
        }
        Page fresh = new Page(high);
        pages[slot] = fresh;
        pageCount++;
        return fresh;
    }

    /**
     * Removes an entry.
     *
     * @return whether it was there
     */
    boolean remove(TaskEntry entry) {
        Page page = entry.page;
        if (page == null) {
            return false;
        }
        entry.page = null;
        page.places[place(entry.low)] = null;
        page.used--;
        size--;
        if (page.used == 0 && page != filling) {
            removePage(page);
        }
        return true;
    }

    /** Removes an empty page, and closes the gap. */
    private void removePage(Page page) {
        if (found == page) {
            found = null;
        }
        int mask = pages.length - 1;
        int slot = home(page.high, mask);
        while (pages[slot] != page) {
            slot = (slot + 1) & mask;
        }
        int gap = slot;
        int next = (slot + 1) & mask;
        for (Page there = pages[next]; there != null; there = pages[next]) {
            int home = home(there.high, mask);
            if (((next - home) & mask) >= ((next - gap) & mask)) {
                pages[gap] = there;
                gap = next;
            }
            next = (next + 1) & mask;
        }
        pages[gap] = null;
        pageCount--;
        if (pages.length > LEAST && pageCount * 8 < pages.length) {
            resize(pages.length / 2);
        }
    }

    private void resize(int capacity) {
        @Nullable Page[] old = pages;
        pages = new Page[capacity];
        int mask = capacity - 1;
        for (Page page : old) {
            if (page != null) {
                int slot = home(page.high, mask);
                while (pages[slot] != null) {
                    slot = (slot + 1) & mask;
                }
                pages[slot] = page;
            }
        }
    }

    private static int place(long low) {
        return (int) low & (PLACES - 1);
    }

    /** Fibonacci hashing, for ids that are not random. */
    private static int home(long high, int mask) {
        return (int) ((high * 0x9E3779B97F4A7C15L) >>> 32) & mask;
    }
}
