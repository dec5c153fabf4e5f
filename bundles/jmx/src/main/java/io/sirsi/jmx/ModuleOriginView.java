package io.sirsi.jmx;

import javax.management.ConstructorParameters;

/** Where a module of WebAssembly came from. */
public final class ModuleOriginView {

    private final String by;
    private final String at;
    private final String signedBy;
    private final String previous;

    /**
     * Makes a value; a client's proxy does, too.
     *
     * @param by the account that installed it, or the folder it was dropped into
     * @param at when, ISO 8601 in UTC
     * @param signedBy the name of the trusted key that signed it, or empty
     * @param previous the digest of what a rollback would bring back, or empty
     */
    @ConstructorParameters({"by", "at", "signedBy", "previous"})
    public ModuleOriginView(String by, String at, String signedBy, String previous) {
        this.by = by;
        this.at = at;
        this.signedBy = signedBy;
        this.previous = previous;
    }

    /** {@return the account that installed it, or the folder it was dropped into} */
    public String getBy() {
        return by;
    }

    /** {@return when, ISO 8601 in UTC} */
    public String getAt() {
        return at;
    }

    /** {@return the name of the trusted key that signed it, or empty} */
    public String getSignedBy() {
        return signedBy;
    }

    /** {@return the digest of what a rollback would bring back, or empty} */
    public String getPrevious() {
        return previous;
    }
}
