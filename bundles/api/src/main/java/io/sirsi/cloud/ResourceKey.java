package io.sirsi.cloud;

/**
 * Names one resource among all.
 *
 * @param scope where it lives
 * @param type what it is
 * @param id the provider's own id, unique for this scope and type
 */
public record ResourceKey(CloudScope scope, ResourceType type, String id) {

    @Override
    public String toString() {
        return scope + "/" + type + "/" + id;
    }
}
