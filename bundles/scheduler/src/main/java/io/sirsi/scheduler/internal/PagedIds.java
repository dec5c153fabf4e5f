package io.sirsi.scheduler.internal;

/**
 * Ids in pages of 64: those of one page have their upper half in common, the lowest six bits count
 * them, and 58 bits are each one's own. So tasks that come after one another lie beside one another
 * in a {@link TaskTable}, and yet nobody who knows one knows another. For one thread at a time.
 */
final class PagedIds implements IdSource {

    private static final int PLACES = 1 << TaskTable.PLACE_BITS;

    private final IdSource source;
    private int place = PLACES;
    private boolean spared;
    private long spare;
    private long high;
    private long low;

    /**
     * Draws from a source.
     *
     * @param source of random bits
     */
    PagedIds(IdSource source) {
        this.source = source;
    }

    @Override
    public void next() {
        if (place == PLACES) {
            high = draw();
            place = 0;
        }
        low = (draw() & -PLACES) | place;
        place++;
    }

    /** Half of what the source draws. */
    private long draw() {
        if (spared) {
            spared = false;
            return spare;
        }
        source.next();
        spare = source.low();
        spared = true;
        return source.high();
    }

    @Override
    public long high() {
        return high;
    }

    @Override
    public long low() {
        return low;
    }
}
