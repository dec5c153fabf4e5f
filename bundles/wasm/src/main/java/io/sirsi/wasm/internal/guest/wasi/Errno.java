package io.sirsi.wasm.internal.guest.wasi;

/** The error numbers of WASI preview 1 that are given here. */
enum Errno {
    /** It was done. */
    SUCCESS(0),
    /** There is no such file. */
    BADF(8),
    /** An argument makes no sense. */
    INVAL(28),
    /** Not of this kind of file. */
    NOTSUP(58),
    /** One cannot go back and forth in it. */
    SPIPE(70),
    /** The guest may not. */
    NOTCAPABLE(76);

    private final int number;

    Errno(int number) {
        this.number = number;
    }

    /** {@return its number} */
    int number() {
        return number;
    }
}
