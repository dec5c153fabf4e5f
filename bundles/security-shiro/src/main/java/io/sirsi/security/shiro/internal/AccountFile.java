package io.sirsi.security.shiro.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The account file. It is looked at once a second at most, and read again when its time or size is
 * another. What cannot be read lets nobody in. Thread-safe.
 */
final class AccountFile {

    private static final Logger LOG = LoggerFactory.getLogger(AccountFile.class);

    private static final long LOOK_AGAIN_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int MAX_BYTES = 1 << 20;

    private static final Set<PosixFilePermission> OTHERS =
            EnumSet.of(
                    PosixFilePermission.GROUP_READ,
                    PosixFilePermission.GROUP_WRITE,
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.OTHERS_WRITE);

    private final Path file;
    private final LongSupplier nanoTime;
    private volatile @Nullable Reading last;

    /** What the file looked like; a failure to look is a stamp, too. */
    private record Stamp(FileTime time, long size, String failure) {}

    private record Reading(Stamp stamp, Accounts accounts, long at) {}

    /**
     * @param file where it is; it need not exist yet
     * @param nanoTime a clock that nobody sets
     */
    AccountFile(Path file, LongSupplier nanoTime) {
        this.file = file;
        this.nanoTime = nanoTime;
    }

    /** {@return the accounts, at most a second old} */
    Accounts accounts() {
        Reading reading = last;
        if (reading != null && nanoTime.getAsLong() - reading.at < LOOK_AGAIN_NANOS) {
            return reading.accounts;
        }
        return lookAgain();
    }

    private synchronized Accounts lookAgain() {
        Reading before = last;
        long now = nanoTime.getAsLong();
        Stamp stamp = look();
        Reading after;
        if (before != null && before.stamp.equals(stamp)) {
            after = new Reading(stamp, before.accounts, now);
        } else {
            after = read(stamp, now, before);
        }
        last = after;
        return after.accounts;
    }

    private Stamp look() {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(found.lastModifiedTime(), found.size(), "");
        } catch (NoSuchFileException e) {
            return new Stamp(FileTime.fromMillis(0), 0, "it does not exist");
        } catch (IOException e) {
            return new Stamp(FileTime.fromMillis(0), 0, e.toString());
        }
    }

    private Reading read(Stamp stamp, long now, @Nullable Reading before) {
        if (!stamp.failure.isEmpty()) {
            return nobody(stamp.failure, now, before);
        }
        if (stamp.size > MAX_BYTES) {
            return nobody("it has more than 1 MiB", now, before);
        }
        try {
            Accounts accounts =
                    Accounts.parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
            for (String problem : accounts.problems()) {
                LOG.error("{}, {}; the account is closed until the line is right", file, problem);
            }
            LOG.info("read {} accounts from {}", accounts.size(), file);
            warnIfOpenToOthers();
            return new Reading(stamp, accounts, now);
        } catch (IOException e) {
            // Not under this stamp: a change of its mode leaves time and size as they are.
            return nobody(e.toString(), now, before);
        }
    }

    private Reading nobody(String why, long now, @Nullable Reading before) {
        Stamp stamp = new Stamp(FileTime.fromMillis(0), 0, why);
        if (before == null || !before.stamp.equals(stamp)) {
            LOG.error("nobody can log in: cannot read the accounts in {} ({})", file, why);
        }
        return new Reading(stamp, Accounts.NONE, now);
    }

    private void warnIfOpenToOthers() throws IOException {
        try {
            if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
                LOG.warn("others can read or write {}: close it with chmod 600", file);
            }
        } catch (UnsupportedOperationException noPosix) {
            LOG.debug("this file system has no modes to check: {}", file, noPosix);
        }
    }
}
