package io.sirsi.bench.harness;

/**
 * Figures that ours is allowed, in the place of a limit: they never change.
 *
 * @param figures how much they are
 * @param words what they are, for people
 */
public record Allowance(Figures figures, String words) implements SelfTimed {

    @Override
    public String id() {
        return "allowance";
    }

    @Override
    public String durability() {
        return words;
    }

    @Override
    public void start() {}

    @Override
    public Figures measure() {
        return figures;
    }

    @Override
    public void close() {}
}
