package io.sirsi.bench.wasm;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;

/** What is left in use when everything that nobody holds is gone. */
final class Heap {

    private static final int COLLECTIONS = 4;
    private static final long BETWEEN_MILLIS = 50;

    private Heap() {}

    /** {@return bytes of the heap in use, after collections} */
    static long used() throws InterruptedException {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            Thread.sleep(BETWEEN_MILLIS);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** {@return bytes of classes in use; meaningful after {@link #used}} */
    static long classes() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getName().equals("Metaspace"))
                .map(MemoryPoolMXBean::getUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }
}
