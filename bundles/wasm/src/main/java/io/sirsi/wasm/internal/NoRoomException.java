package io.sirsi.wasm.internal;

/** There is no room for another instance now; there may be later. */
final class NoRoomException extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * Says what is full.
     *
     * @param fullness what is full, as a clause
     */
    NoRoomException(String fullness) {
        super(fullness, null, false, false);
    }
}
