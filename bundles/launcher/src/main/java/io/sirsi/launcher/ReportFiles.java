package io.sirsi.launcher;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * Where a scan's report is saved: here, by whoever asked, since a node that wrote files for whoever
 * logs in would write anything anywhere. Each file appears whole or not at all.
 *
 * @param html the HTML file
 * @param jsonLines the JSON lines, beside it
 */
record ReportFiles(Path html, Path jsonLines) {

    /** Runs a command of the node's shell into a stream. */
    @FunctionalInterface
    interface NodeCommandRunner {

        /** {@return the command's exit code} */
        int run(String command, OutputStream out);
    }

    /**
     * {@return the files for a report of this name; the JSON lines get the same name with another
     * ending}
     */
    static ReportFiles of(String file) {
        Path html = Path.of(file).toAbsolutePath().normalize();
        Path name = html.getFileName();
        if (name == null) {
            throw new Refusal("cannot write a report to '" + file + "'; name a file.");
        }
        String stem = name.toString().replaceFirst("\\.html?$", "");
        return new ReportFiles(html, html.resolveSibling(stem + ".jsonl"));
    }

    /** Refuses before anything is scanned what could not be written after. */
    void requireWritable() {
        Path folder = html.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new Refusal(
                    "cannot write the report to '"
                            + html
                            + "': there is no folder '"
                            + folder
                            + "'.");
        }
        if (Files.isDirectory(html)) {
            throw new Refusal(
                    "cannot write the report to '"
                            + html
                            + "': that is a folder; name a file in it.");
        }
        if (!Files.isWritable(folder)) {
            throw new Refusal(
                    "cannot write the report to '"
                            + html
                            + "': you may not write to that folder; choose another with"
                            + " --report.");
        }
    }

    /**
     * Writes both files.
     *
     * @param scan the scan's id
     * @param node runs a command on the node
     */
    void write(String scan, NodeCommandRunner node) {
        write(html, scan, "html", node);
        write(jsonLines, scan, "jsonl", node);
    }

    private static void write(Path file, String scan, String format, NodeCommandRunner node) {
        String command = "cloud:report --format " + format + " " + scan;
        Path unfinished =
                file.resolveSibling("." + file.getFileName() + "." + ProcessHandle.current().pid());
        try {
            try {
                int exitCode;
                try (OutputStream out =
                        new BufferedOutputStream(Files.newOutputStream(unfinished), 1 << 16)) {
                    FailureKeeper keeper = new FailureKeeper(out);
                    exitCode = node.run(command, keeper);
                    keeper.rethrow();
                }
                if (exitCode != 0) {
                    throw new Refusal("the node did not write the report of " + scan + ".");
                }
                Files.move(
                        unfinished,
                        file,
                        StandardCopyOption.REPLACE_EXISTING,
                        StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(unfinished);
            }
        } catch (IOException cannot) {
            throw new Refusal(
                    "cannot write the report to '"
                            + file
                            + "' ("
                            + cannot.getMessage()
                            + "); the scan is kept: ./sirsi exec '"
                            + command
                            + "' > FILE writes it elsewhere.");
        }
    }

    /**
     * Keeps the first failure for whoever waits, since the thread of the connection that writes
     * could not tell it.
     */
    private static final class FailureKeeper extends OutputStream {

        private final OutputStream out;
        private volatile @Nullable IOException failure;

        FailureKeeper(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int letter) {
            write(new byte[] {(byte) letter}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            if (failure == null) {
                try {
                    out.write(bytes, offset, length);
                } catch (IOException cannot) {
                    failure = cannot;
                }
            }
        }

        void rethrow() throws IOException {
            IOException kept = failure;
            if (kept != null) {
                throw kept;
            }
        }
    }
}
