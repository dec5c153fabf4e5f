package io.sirsi.wasm.internal.manifest;

import io.sirsi.wasm.ModuleManifest;
import java.util.Optional;

/**
 * What a module says of itself, checked.
 *
 * @param manifest what everybody may see
 * @param settings what its agents can be set to
 * @param engine the name of the engine that it asks for; empty if it takes the node's
 */
public record AgentMetadata(
        ModuleManifest manifest, SettingsCheck settings, Optional<String> engine) {}
