package io.sirsi.inventory.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Where scans are kept, and how many. */
@ObjectClassDefinition(
        name = "Sirsi Nexus inventory",
        description = "Where scans are kept, and how many of them.")
@interface InventoryConfig {

    /** {@return the address of the database; names of system properties in ${…} are replaced} */
    @AttributeDefinition(
            description =
                    "JDBC address of the database, an H2 file; ${sirsi.data} is the node's data"
                            + " folder.")
    String url() default "jdbc:h2:file:${sirsi.data}/inventory/inventory";

    /** {@return how many ended scans are kept, 1 to 100000} */
    @AttributeDefinition(
            description =
                    "How many scans are kept, 1 to 100000; older ones are deleted when one begins.")
    int keepScans() default 50;

    /** {@return the longest wait for the database, in milliseconds, 100 to 600000} */
    @AttributeDefinition(
            description =
                    "Longest wait of one call for the database, in milliseconds, 100 to 600000.")
    int operationTimeoutMs() default 30_000;
}
