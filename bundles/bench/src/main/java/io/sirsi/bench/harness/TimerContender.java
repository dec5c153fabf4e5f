package io.sirsi.bench.harness;

/** A contender that keeps timeouts, nearly all of which are called off before they are due. */
public interface TimerContender extends Contender {

    /**
     * Arms one timeout, some 30 seconds ahead, and remembers it under a place.
     *
     * @param place from 0 to the number of pending ones
     */
    void arm(int place);

    /** Calls off what was armed under a place. */
    void cancel(int place);

    /**
     * Makes room.
     *
     * @param pending how many places there will be
     */
    void reserve(int pending);
}
