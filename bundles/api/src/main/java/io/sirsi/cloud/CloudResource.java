package io.sirsi.cloud;

import java.util.Map;

/**
 * A resource as a scan saw it.
 *
 * @param key which
 * @param name its name for people; its id where it has none
 * @param tags its tags or labels
 * @param attributes what else is known, by names in camel case; numbers in plain decimal, bytes as
 *     {@code …Bytes}, times in ISO 8601, a yes or no as {@code true} or {@code false}; unknown
 *     values are left out, never guessed
 */
public record CloudResource(
        ResourceKey key, String name, Map<String, String> tags, Map<String, String> attributes) {

    public CloudResource {
        tags = Map.copyOf(tags);
        attributes = Map.copyOf(attributes);
    }
}
