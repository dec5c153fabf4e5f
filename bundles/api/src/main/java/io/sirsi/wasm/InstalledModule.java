package io.sirsi.wasm;

import java.time.Instant;
import java.util.Optional;

/**
 * A module that is an agent type of this node.
 *
 * @param manifest what it says of itself
 * @param digest which file it is
 * @param engine what runs it
 * @param origin where it came from
 * @param trouble why its agents cannot run now, as one sentence; empty if they can
 */
public record InstalledModule(
        ModuleManifest manifest,
        ModuleDigest digest,
        String engine,
        Origin origin,
        Optional<String> trouble) {

    /**
     * Where an installed module came from.
     *
     * @param by the account that installed it, or the folder it was dropped into
     * @param at when
     * @param signedBy the name of the trusted key that signed it; empty if it has no signature
     * @param previous what {@code rollback} would bring back; empty if there is nothing
     */
    public record Origin(
            String by, Instant at, Optional<String> signedBy, Optional<ModuleDigest> previous) {}
}
