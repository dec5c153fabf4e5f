package io.sirsi.cloud;

import java.util.regex.Pattern;

/**
 * Names a kind of resource.
 *
 * @param value the provider, then one or two parts, between colons: {@code host:disk}, {@code
 *     aws:ec2:instance}
 */
public record ResourceType(String value) implements Comparable<ResourceType> {

    private static final Pattern SHAPE =
            Pattern.compile("[a-z][a-z0-9-]{0,31}(:[a-z0-9-]{1,40}){1,2}");

    public ResourceType {
        if (!SHAPE.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "not a resource type: '"
                            + value
                            + "'; write one like host:disk or aws:ec2:instance");
        }
    }

    /** {@return the type with this name} */
    public static ResourceType of(String value) {
        return new ResourceType(value);
    }

    /** {@return the provider, such as {@code aws}} */
    public String provider() {
        return value.substring(0, value.indexOf(':'));
    }

    @Override
    public int compareTo(ResourceType other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
