package io.sirsi.bench.harness;

import java.util.List;
import java.util.SplittableRandom;

/** A piece of work that several contenders do in turns, and what of it is compared. */
public interface Scenario extends AutoCloseable {

    /** {@return its name on the command line, such as {@code T1}} */
    String id();

    /** {@return one line for people} */
    String title();

    /** {@return all contenders; the first is the limit, by whose drift a round is judged} */
    List<Contender> contenders();

    /** {@return what is compared} */
    List<Measure> measures();

    /**
     * Lets a contender do the work until its code is compiled.
     *
     * @param contender one of {@link #contenders}, started
     * @throws Exception where it fails
     */
    void warmUp(Contender contender) throws Exception;

    /**
     * Lets a contender do the work once.
     *
     * @param contender one of {@link #contenders}, warmed up
     * @param random for whatever is drawn
     * @return what was measured
     * @throws Exception where it fails, or did not do all of the work
     */
    Figures slice(Contender contender, SplittableRandom random) throws Exception;

    /**
     * {@return how far apart the two slices of the limit in one round are, as a part of the larger}
     */
    default double drift(Figures first, Figures last) {
        String figure = measures().get(0).figure();
        double one = first.get(figure);
        double other = last.get(figure);
        return Math.abs(one - other) / Math.max(one, other);
    }

    /** {@return how many rounds are enough, however many are wished} */
    default int mostRounds() {
        return Integer.MAX_VALUE;
    }

    /** Ends what the contenders share. */
    @Override
    default void close() {}
}
