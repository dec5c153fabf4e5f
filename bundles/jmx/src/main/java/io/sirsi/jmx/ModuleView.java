package io.sirsi.jmx;

import javax.management.ConstructorParameters;

/** A module of WebAssembly that is an agent type of this node. */
public final class ModuleView {

    private final String type;
    private final String version;
    private final String engine;
    private final String digest;
    private final String trouble;
    private final ModuleManifestView manifest;
    private final ModuleOriginView origin;

    /**
     * Makes a value; a client's proxy does, too.
     *
     * @param type its agent type
     * @param version MAJOR.MINOR.PATCH
     * @param engine what runs it
     * @param digest the SHA-256 of its file, 64 hexadecimal digits
     * @param trouble why its agents cannot run now, as one sentence, or empty
     * @param manifest what it says of itself
     * @param origin where it came from
     */
    @ConstructorParameters({"type", "version", "engine", "digest", "trouble", "manifest", "origin"})
    public ModuleView(
            String type,
            String version,
            String engine,
            String digest,
            String trouble,
            ModuleManifestView manifest,
            ModuleOriginView origin) {
        this.type = type;
        this.version = version;
        this.engine = engine;
        this.digest = digest;
        this.trouble = trouble;
        this.manifest = manifest;
        this.origin = origin;
    }

    /** {@return its agent type} */
    public String getType() {
        return type;
    }

    /** {@return MAJOR.MINOR.PATCH} */
    public String getVersion() {
        return version;
    }

    /** {@return what runs it} */
    public String getEngine() {
        return engine;
    }

    /** {@return the SHA-256 of its file, 64 hexadecimal digits} */
    public String getDigest() {
        return digest;
    }

    /** {@return why its agents cannot run now, as one sentence, or empty} */
    public String getTrouble() {
        return trouble;
    }

    /** {@return what it says of itself} */
    public ModuleManifestView getManifest() {
        return manifest;
    }

    /** {@return where it came from} */
    public ModuleOriginView getOrigin() {
        return origin;
    }
}
