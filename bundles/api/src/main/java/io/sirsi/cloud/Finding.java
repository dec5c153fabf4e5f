package io.sirsi.cloud;

import java.util.Map;

/**
 * Something about a resource that someone should know.
 *
 * @param rule the rule that found it, such as {@code aws-s3-public}
 * @param severity how much it matters
 * @param resource the resource
 * @param sentence what is wrong and what to do, as one sentence with the values
 * @param evidence the attributes that the rule looked at
 */
public record Finding(
        String rule,
        Severity severity,
        ResourceKey resource,
        String sentence,
        Map<String, String> evidence) {

    public Finding {
        evidence = Map.copyOf(evidence);
    }
}
