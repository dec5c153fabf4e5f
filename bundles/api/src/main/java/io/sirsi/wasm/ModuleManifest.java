package io.sirsi.wasm;

import io.sirsi.agent.AgentDescriptor;
import java.util.Map;

/**
 * What a module says of itself.
 *
 * @param id who it is, as a reverse domain name
 * @param version {@code MAJOR.MINOR.PATCH}
 * @param author who wrote it; empty if it does not say
 * @param agent the type of agent that it becomes, and what such an agent can and may do at most
 * @param limits what a task of it may use, by the names of {@code ABI.md}: what it asks for, or
 *     else what the node gives
 */
public record ModuleManifest(
        String id, String version, String author, AgentDescriptor agent, Map<String, Long> limits) {

    public ModuleManifest {
        limits = Map.copyOf(limits);
    }
}
