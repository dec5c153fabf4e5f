package io.sirsi.bench.harness;

/**
 * A figure that ours is allowed, in the place of a limit: it never changes.
 *
 * @param figure its name
 * @param value how much it is
 * @param words what it is, for people
 */
public record Allowance(String figure, double value, String words) implements Contender {

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

    /** {@return the figure} */
    public Figures figures() {
        return Figures.of(figure, value);
    }

    @Override
    public void close() {}
}
