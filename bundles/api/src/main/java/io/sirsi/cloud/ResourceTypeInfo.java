package io.sirsi.cloud;

/**
 * What is known of a kind of resource before anything is scanned.
 *
 * @param type its name
 * @param title for people, in the plural: {@code EC2 instances}
 * @param placement where it is listed
 */
public record ResourceTypeInfo(ResourceType type, String title, Placement placement) {

    /** Where resources of a type are listed. */
    public enum Placement {
        /** Once an account; each resource may still live in a region. */
        GLOBAL,
        /** Region by region. */
        REGIONAL
    }
}
