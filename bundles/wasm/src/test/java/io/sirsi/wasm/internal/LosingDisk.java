package io.sirsi.wasm.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A disk whose power is cut after a number of steps, or that fails at one. It works in a folder,
 * forces nothing there, and remembers each step: {@link #afterwards} says all that may be lost,
 * {@link #tree} how the disk looks then, and {@link #restored} makes that disk.
 */
final class LosingDisk implements StoreDisk {

    /** How far the step has come in which the power is cut. */
    enum Torn {
        /** It has not begun. */
        NOT,
        /** What it writes is there, and empty. */
        EMPTY,
        /** The first half of what it writes is there. */
        HALF
    }

    /** The power is cut. Nobody catches it. */
    static final class PowerCut extends Error {
        private static final long serialVersionUID = 1L;
    }

    private enum Kind {
        FOLDER,
        WRITE,
        RENAME,
        DELETE,
        FORCE
    }

    /** A step that was done, in places relative to the disk; a character of text is a byte. */
    private record Step(Kind kind, Path path, Path to, String text) {

        /** {@return the folder whose names it changes} */
        Path changes() {
            return Optional.ofNullable(path.getParent()).orElse(Path.of(""));
        }
    }

    /** Where the power is cut: after so many steps, and how far the next one has come. */
    record Cut(int after, Torn torn) {}

    /** How many of the last steps in each folder are lost. */
    record Loss(Map<Path, Integer> steps) {}

    /** Everything is on disk. */
    static final Loss NOTHING = new Loss(Map.of());

    private static final String FOLDER = "<folder>";

    private final Path root;
    private final SortedMap<Path, String> safe;
    private final List<Step> steps = new ArrayList<>();
    private int cutAfter = Integer.MAX_VALUE;
    private int failAt = -1;
    private Torn torn = Torn.NOT;

    private LosingDisk(Path root, SortedMap<Path, String> safe) {
        this.root = root;
        this.safe = safe;
    }

    /** {@return an empty disk, mounted in an empty folder} */
    static LosingDisk empty(Path root) {
        return new LosingDisk(root, new TreeMap<>(Map.of(Path.of(""), FOLDER)));
    }

    /** {@return a disk that looks so, and loses nothing of it; mounted in an empty folder} */
    static LosingDisk restored(SortedMap<Path, String> tree, Path root) throws IOException {
        for (Map.Entry<Path, String> each : tree.entrySet()) {
            Path path = root.resolve(each.getKey());
            if (each.getValue().equals(FOLDER)) {
                Files.createDirectories(path);
            } else {
                Files.writeString(path, each.getValue(), StandardCharsets.ISO_8859_1);
            }
        }
        return new LosingDisk(root, new TreeMap<>(tree));
    }

    /** {@return where it is mounted} */
    Path root() {
        return root;
    }

    /** Cuts the power there, counted from now on. */
    void cut(Cut cut) {
        cutAfter = steps.size() + cut.after();
        torn = cut.torn();
    }

    /** Fails once, at the step after so many more, half-way if it writes. */
    void failAfter(int more) {
        failAt = steps.size() + more;
        torn = Torn.HALF;
    }

    /** {@return everywhere where the power can be cut in what was done} */
    List<Cut> cuts() {
        List<Cut> cuts = new ArrayList<>();
        for (int after = 0; after <= steps.size(); after++) {
            cuts.add(new Cut(after, Torn.NOT));
            if (after < steps.size() && steps.get(after).kind() == Kind.WRITE) {
                cuts.add(new Cut(after, Torn.EMPTY));
                cuts.add(new Cut(after, Torn.HALF));
            }
        }
        return cuts;
    }

    /**
     * {@return all that may be lost: in each folder some of the last steps, until it was forced}
     */
    List<Loss> afterwards() {
        Map<Path, Integer> unforced = new LinkedHashMap<>();
        for (Step step : steps) {
            if (step.kind() == Kind.FORCE) {
                unforced.remove(step.path());
            } else {
                unforced.merge(step.changes(), 1, Integer::sum);
            }
        }
        List<Loss> losses = new ArrayList<>();
        losses.add(NOTHING);
        for (Map.Entry<Path, Integer> folder : unforced.entrySet()) {
            for (Loss loss : List.copyOf(losses)) {
                for (int lost = 1; lost <= folder.getValue(); lost++) {
                    Map<Path, Integer> more = new LinkedHashMap<>(loss.steps());
                    more.put(folder.getKey(), lost);
                    losses.add(new Loss(more));
                }
            }
        }
        return losses;
    }

    /** {@return how it looks after a loss: what each file holds, and which folders there are} */
    SortedMap<Path, String> tree(Loss loss) {
        Map<Path, Integer> left = new LinkedHashMap<>();
        for (Step step : steps) {
            if (step.kind() != Kind.FORCE) {
                left.merge(step.changes(), 1, Integer::sum);
            }
        }
        loss.steps().forEach((folder, lost) -> left.merge(folder, -lost, Integer::sum));
        SortedMap<Path, String> tree = new TreeMap<>(safe);
        for (Step step : steps) {
            if (step.kind() != Kind.FORCE
                    && left.merge(step.changes(), -1, Integer::sum) >= 0
                    && tree.containsKey(step.changes())) {
                switch (step.kind()) {
                    case FOLDER -> tree.put(step.path(), FOLDER);
                    case WRITE -> tree.put(step.path(), step.text());
                    case RENAME -> tree.put(step.to(), tree.remove(step.path()));
                    // A folder that is gone has nothing in it, whatever is lost there.
                    default -> tree.keySet().removeIf(path -> path.startsWith(step.path()));
                }
            }
        }
        return tree;
    }

    @Override
    public void makeFolder(Path folder) throws IOException {
        step(Kind.FOLDER, folder, folder, "");
    }

    @Override
    public void write(Path file, byte[] bytes) throws IOException {
        step(Kind.WRITE, file, file, new String(bytes, StandardCharsets.ISO_8859_1));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        step(Kind.RENAME, from, to, "");
    }

    @Override
    public void delete(Path path) throws IOException {
        step(Kind.DELETE, path, path, "");
    }

    @Override
    public void force(Path folder) throws IOException {
        step(Kind.FORCE, folder, folder, "");
    }

    private void step(Kind kind, Path path, Path to, String text) throws IOException {
        Step step = new Step(kind, root.relativize(path), root.relativize(to), text);
        boolean fails = steps.size() == failAt;
        if (fails || steps.size() >= cutAfter) {
            failAt = -1;
            if (kind == Kind.WRITE && torn != Torn.NOT) {
                String part = text.substring(0, torn == Torn.HALF ? text.length() / 2 : 0);
                done(new Step(kind, step.path(), step.to(), part));
            }
            if (fails) {
                throw new IOException("No space left on device");
            }
            throw new PowerCut();
        }
        done(step);
    }

    private void done(Step step) throws IOException {
        Path path = root.resolve(step.path());
        switch (step.kind()) {
            case FOLDER -> Files.createDirectory(path);
            case WRITE ->
                    Files.write(
                            path,
                            step.text().getBytes(StandardCharsets.ISO_8859_1),
                            StandardOpenOption.CREATE_NEW);
            case RENAME ->
                    Files.move(path, root.resolve(step.to()), StandardCopyOption.ATOMIC_MOVE);
            case DELETE -> Files.deleteIfExists(path);
            case FORCE -> {}
        }
        steps.add(step);
    }
}
