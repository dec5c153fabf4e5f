package io.sirsi.audit.internal;

import io.sirsi.audit.AuditAction;
import io.sirsi.security.Caller;
import io.sirsi.security.Permission;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/** What the tests of the trail have in common. */
final class Trails {

    static final Instant NOON = Instant.parse("2026-11-22T12:00:00.123456Z");
    static final Clock CLOCK = Clock.fixed(NOON, ZoneOffset.UTC);
    static final long LARGE = 1 << 20;

    private Trails() {}

    static FileAuditTrail open(Path folder) {
        return open(folder, LARGE);
    }

    static FileAuditTrail open(Path folder, long segmentBytes) {
        return new FileAuditTrail(folder, segmentBytes, CLOCK, path -> new DiskSegmentFile(path));
    }

    static AuditAction spawn(String caller, String target) {
        return AuditAction.of(
                new Caller(caller, "shell"), Permission.of("agent:spawn:aws"), target);
    }

    /** The one file of a trail that has only one. */
    static Path file(Path folder) throws IOException {
        List<Path> segments = Segments.list(folder);
        if (segments.size() != 1) {
            throw new IllegalStateException("not one file: " + segments);
        }
        return segments.get(0);
    }

    /** Copies the files of a trail as they are, as if its node had been killed at this moment. */
    static void copy(Path folder, Path target) throws IOException {
        Files.createDirectories(target);
        for (Path segment : Segments.list(folder)) {
            Files.copy(segment, target.resolve(segment.getFileName().toString()));
        }
    }
}
