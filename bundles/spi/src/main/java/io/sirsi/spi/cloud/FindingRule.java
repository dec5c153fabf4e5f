package io.sirsi.spi.cloud;

import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.Severity;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Looks at one resource and says whether someone should know of it. A pure function of the resource
 * and the time: it makes no calls.
 *
 * @param id its name, such as {@code aws-s3-public}: the provider, then what it is about
 * @param severity how much it matters
 * @param type which resources it looks at
 * @param check the function
 */
public record FindingRule(String id, Severity severity, ResourceType type, Check check) {

    /** The function of a rule. */
    @FunctionalInterface
    public interface Check {

        /**
         * Looks at a resource.
         *
         * @param resource a resource of the rule's type
         * @param now the time of the scan
         * @return what is wrong; empty if nothing is, or if the resource does not say
         */
        Optional<Violation> look(CloudResource resource, Instant now);
    }

    /**
     * What is wrong with a resource.
     *
     * @param sentence what, with the values, and what to do
     * @param evidence the attributes that were looked at
     */
    public record Violation(String sentence, Map<String, String> evidence) {
        public Violation {
            evidence = Map.copyOf(evidence);
        }

        /**
         * {@return a violation with some of the resource's own attributes as evidence; those it
         * does not have are left out}
         */
        public static Violation of(CloudResource resource, String sentence, String... attributes) {
            Map<String, String> evidence = new TreeMap<>();
            for (String attribute : attributes) {
                String value = resource.attributes().get(attribute);
                if (value != null) {
                    evidence.put(attribute, value);
                }
            }
            return new Violation(sentence, evidence);
        }
    }
}
