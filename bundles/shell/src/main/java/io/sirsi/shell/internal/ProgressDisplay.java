package io.sirsi.shell.internal;

import io.sirsi.cloud.CloudScope;
import io.sirsi.cloud.ScanProgress;
import java.io.PrintStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Shows how far a scan is, each time it is told. Used by one thread. */
public interface ProgressDisplay {

    /** Shows the present state. */
    void show(ScanProgress progress);

    /** Leaves the place to whatever is printed next. */
    void finish();

    /**
     * {@return the places to show: all but those where nothing was to be done beyond asking who we
     * are}
     */
    private static List<ScanProgress.ScopeProgress> places(ScanProgress progress) {
        return progress.scopes().stream()
                .filter(
                        place ->
                                !(place.scope().region().equals(CloudScope.GLOBAL)
                                        && place.tasks() == 1
                                        && place.done() == 1
                                        && place.resources() == 0))
                .toList();
    }

    /** {@return a display that shows nothing} */
    static ProgressDisplay none() {
        return new ProgressDisplay() {
            @Override
            public void show(ScanProgress progress) {}

            @Override
            public void finish() {}
        };
    }

    /** {@return a display that prints a plain line when a place is done} */
    static ProgressDisplay lines(PrintStream out) {
        return new Lines(out);
    }

    /** {@return a display that draws a bar for each place and redraws them in place} */
    static ProgressDisplay bars(PrintStream out, int width) {
        return new Bars(out, width);
    }

    /** A plain line when a place is done, for logs and pipes. */
    final class Lines implements ProgressDisplay {

        private final PrintStream out;
        private final Set<String> told = new HashSet<>();

        Lines(PrintStream out) {
            this.out = out;
        }

        @Override
        public void show(ScanProgress progress) {
            for (ScanProgress.ScopeProgress place : places(progress)) {
                String name = Text.printable(place.scope().toString());
                if (place.tasks() > 0
                        && place.done() + place.failed() == place.tasks()
                        && told.add(name)) {
                    out.println(
                            name
                                    + ": "
                                    + place.resources()
                                    + " resources"
                                    + (place.failed() > 0
                                            ? ", "
                                                    + place.failed()
                                                    + " of "
                                                    + place.tasks()
                                                    + " failed"
                                            : ""));
                }
            }
            out.flush();
        }

        @Override
        public void finish() {}
    }

    /**
     * Bars that are redrawn in place with two ANSI controls, cursor up and erase line. Our own
     * forty lines, since the kept libraries either want the terminal for themselves or start a
     * static thread that outlives the bundle.
     */
    final class Bars implements ProgressDisplay {

        private static final int MIN_BAR = 10;
        private static final int MAX_BAR = 40;
        private static final int MAX_ROWS = 20;

        private final PrintStream out;
        private final int width;
        private int drawn;

        Bars(PrintStream out, int width) {
            this.out = out;
            this.width = width;
        }

        @Override
        public void show(ScanProgress progress) {
            StringBuilder frame = new StringBuilder();
            if (drawn > 0) {
                frame.append("\u001b[").append(drawn).append('A');
            }
            List<ScanProgress.ScopeProgress> places = places(progress);
            int rows = Math.min(places.size(), MAX_ROWS);
            for (int i = 0; i < rows; i++) {
                line(frame, bar(places.get(i)));
            }
            line(frame, progress.phase() + more(places.size() - rows));
            for (int i = rows + 1; i < drawn; i++) {
                line(frame, "");
            }
            drawn = Math.max(drawn, rows + 1);
            out.print(frame);
            out.flush();
        }

        @Override
        public void finish() {
            out.println();
        }

        private String bar(ScanProgress.ScopeProgress place) {
            int ended = place.done() + place.failed();
            String name = Text.printable(place.scope().toString());
            String numbers =
                    ended
                            + "/"
                            + place.tasks()
                            + "  "
                            + place.resources()
                            + " resources"
                            + (place.failed() > 0 ? "  " + place.failed() + " failed" : "");
            int room =
                    Math.max(
                            MIN_BAR,
                            Math.min(MAX_BAR, width - name.length() - numbers.length() - 6));
            int full = place.tasks() == 0 ? 0 : room * ended / place.tasks();
            return name + " [" + "#".repeat(full) + "-".repeat(room - full) + "] " + numbers;
        }

        private String more(int hidden) {
            return hidden > 0 ? " (and " + hidden + " more places)" : "";
        }

        private void line(StringBuilder frame, String text) {
            frame.append("\u001b[2K")
                    .append(text.length() > width - 1 ? text.substring(0, width - 1) : text)
                    .append('\n');
        }
    }
}
