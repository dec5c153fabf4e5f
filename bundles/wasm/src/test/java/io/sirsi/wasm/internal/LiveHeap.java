package io.sirsi.wasm.internal;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How much of this JVM's heap is in use, in bytes, as a collection has found it. */
final class LiveHeap {

    private static final int INTERVAL_MS = 50;
    private static final int HEADER = 16;

    /**
     * The serial collector leaves what is dead between the living three times, and moves it then.
     */
    private static final int SETTLING = 4;

    private LiveHeap() {}

    /** Collects, and counts what is left; what others allocate meanwhile is not counted. */
    static long now() {
        System.gc();
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getCollectionUsage)
                .filter(usage -> usage != null)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }

    /**
     * {@return how much is in use when all that is dead is gone, or no more than this}
     *
     * @param enough nobody asks more exactly
     */
    static long settled(long enough) {
        long least = now();
        for (int i = 1; i < SETTLING && least > enough; i++) {
            least = Math.min(least, now());
        }
        return least;
    }

    /** {@return what an array of so many bytes takes: G1 gives a large one whole regions} */
    static long ofArray(long bytes) {
        long size = bytes + HEADER;
        long region = Long.parseLong(option("G1HeapRegionSize"));
        boolean whole = Boolean.parseBoolean(option("UseG1GC")) && size > region / 2;
        return whole ? (size + region - 1) / region * region : size;
    }

    private static String option(String name) {
        return ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .getVMOption(name)
                .getValue();
    }

    /** {@return what looks at it again and again, until it is closed} */
    static Watch watch() {
        Watch watch = new Watch();
        watch.thread.start();
        return watch;
    }

    /** Looks at the heap, and knows the most that it has seen. */
    static final class Watch implements AutoCloseable {

        private final CountDownLatch closed = new CountDownLatch(1);
        private final Thread thread = new Thread(this::look, "live-heap-watch");
        private volatile long most;

        private Watch() {}

        /** {@return the most so far} */
        long most() {
            return most;
        }

        private void look() {
            try {
                do {
                    most = Math.max(most, now());
                } while (!closed.await(INTERVAL_MS, TimeUnit.MILLISECONDS));
            } catch (InterruptedException end) {
                Thread.currentThread().interrupt();
            }
        }

        /** Ends with a last look. */
        @Override
        public void close() {
            closed.countDown();
            try {
                thread.join(TimeUnit.SECONDS.toMillis(10));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
