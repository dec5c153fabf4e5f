package io.sirsi.jmx;

import javax.management.ConstructorParameters;

/** What tasks of a module of WebAssembly used. */
public final class ModuleUsageView {

    private final long ranMillis;
    private final long cpuMillis;
    private final long memoryBytes;
    private final long hostCalls;
    private final long hostBytes;

    /**
     * Makes a value; a client's proxy does, too.
     *
     * @param ranMillis how long they ran, host functions included, in milliseconds
     * @param cpuMillis the processor time of that in milliseconds, zero where the engine cannot
     *     tell
     * @param memoryBytes the most linear memory that one had, in bytes
     * @param hostCalls how often they called the host
     * @param hostBytes how many bytes went into and out of these calls
     */
    @ConstructorParameters({"ranMillis", "cpuMillis", "memoryBytes", "hostCalls", "hostBytes"})
    public ModuleUsageView(
            long ranMillis, long cpuMillis, long memoryBytes, long hostCalls, long hostBytes) {
        this.ranMillis = ranMillis;
        this.cpuMillis = cpuMillis;
        this.memoryBytes = memoryBytes;
        this.hostCalls = hostCalls;
        this.hostBytes = hostBytes;
    }

    /** {@return how long they ran, host functions included, in milliseconds} */
    public long getRanMillis() {
        return ranMillis;
    }

    /** {@return the processor time of that in milliseconds, zero where the engine cannot tell} */
    public long getCpuMillis() {
        return cpuMillis;
    }

    /** {@return the most linear memory that one had, in bytes} */
    public long getMemoryBytes() {
        return memoryBytes;
    }

    /** {@return how often they called the host} */
    public long getHostCalls() {
        return hostCalls;
    }

    /** {@return how many bytes went into and out of these calls} */
    public long getHostBytes() {
        return hostBytes;
    }
}
