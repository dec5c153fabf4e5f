package io.sirsi.host.internal;

import com.sun.jna.Native;
import com.sun.jna.platform.linux.LibC;
import java.io.IOException;

/**
 * How full a file system is.
 *
 * @param totalBytes its size
 * @param freeBytes what is free
 * @param usableBytes what is free for everyone, without the administrator's reserve
 * @param totalInodes how many files it can keep; 0 if it does not count them
 * @param freeInodes how many more it can keep
 */
record FileSystemSpace(
        long totalBytes, long freeBytes, long usableBytes, long totalInodes, long freeInodes) {

    /** Measures a mounted file system. */
    @FunctionalInterface
    interface Meter {

        /**
         * Measures.
         *
         * @param mountPoint where it is mounted
         * @return how full it is
         * @throws IOException if the system does not say
         */
        FileSystemSpace measure(String mountPoint) throws IOException;
    }

    /** Asks Linux, as {@code statvfs(3)} describes. */
    static FileSystemSpace ofLinux(String mountPoint) throws IOException {
        LibC.Statvfs answer = new LibC.Statvfs();
        if (LibC.INSTANCE.statvfs(mountPoint, answer) != 0) {
            throw new IOException("error " + Native.getLastError());
        }
        long unit = answer.f_frsize.longValue();
        return new FileSystemSpace(
                answer.f_blocks.longValue() * unit,
                answer.f_bfree.longValue() * unit,
                answer.f_bavail.longValue() * unit,
                answer.f_files.longValue(),
                answer.f_ffree.longValue());
    }

    /** Describes it; use counts the reserve as used, as {@code df} does. */
    void describe(Attributes attributes) {
        long used = totalBytes - freeBytes;
        attributes
                .positive("totalBytes", totalBytes)
                .count("usedBytes", used)
                .count("usableBytes", usableBytes)
                .percent("usedPercent", used, used + usableBytes);
        if (totalInodes > 0) {
            attributes
                    .count("totalInodes", totalInodes)
                    .count("freeInodes", freeInodes)
                    .percent("usedInodesPercent", totalInodes - freeInodes, totalInodes);
        }
    }
}
