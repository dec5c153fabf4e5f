package io.sirsi.karaf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The TCP addresses on which a process listens, as Linux tells in {@code /proc}. */
final class ListeningSockets {

    private static final String LISTEN = "0A";

    private ListeningSockets() {}

    /** As {@code HEXADDRESS:PORT}, e.g. {@code 0100007F:8101} for port 8101 of 127.0.0.1. */
    static Set<String> of(long pid) throws IOException {
        Set<String> inodes = new HashSet<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            for (Path descriptor : descriptors.toList()) {
                try {
                    String target = Files.readSymbolicLink(descriptor).toString();
                    if (target.startsWith("socket:[")) {
                        inodes.add(target.substring(8, target.length() - 1));
                    }
                } catch (IOException closedMeanwhile) {
                    // then it is no listening socket either
                }
            }
        }
        Set<String> listening = new TreeSet<>();
        for (String table : List.of("tcp", "tcp6")) {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/net/" + table))) {
                String[] columns = line.trim().split("\\s+", -1);
                if (columns.length > 9
                        && columns[3].equals(LISTEN)
                        && inodes.contains(columns[9])) {
                    int colon = columns[1].lastIndexOf(':');
                    listening.add(
                            columns[1].substring(0, colon)
                                    + ":"
                                    + Integer.parseInt(columns[1].substring(colon + 1), 16));
                }
            }
        }
        return listening;
    }
}
