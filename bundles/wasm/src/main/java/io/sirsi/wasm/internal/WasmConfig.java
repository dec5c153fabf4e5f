package io.sirsi.wasm.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What an operator may choose. The limits are defaults and maxima at once. */
@ObjectClassDefinition(
        name = "Sirsi Nexus WASM",
        description = "Modules of WebAssembly as agents, and what they may use.")
@interface WasmConfig {

    /** {@return the engine for modules that do not ask for one} */
    @AttributeDefinition(description = "The engine for modules that do not ask for one.")
    String engine() default "endive";

    /** {@return where modules are kept; empty for wasm/ in the node's data folder} */
    @AttributeDefinition(description = "Where modules are kept. Empty: wasm/ in the data folder.")
    String folder() default "";

    /** {@return the folder that is watched for modules; empty for deploy/ in the data folder} */
    @AttributeDefinition(
            description =
                    "The folder that is watched for modules. Empty: deploy/ in the data folder.")
    String dropFolder() default "";

    /** {@return whether the folder is watched; a text, as any other word would be a silent no} */
    @AttributeDefinition(description = "Whether the folder is watched: true or false.")
    String watchFolder() default "true";

    /**
     * {@return whether only modules with a trusted signature are taken; a text for the same reason}
     */
    @AttributeDefinition(
            description = "Whether only modules with a trusted signature are taken: true or false.")
    String requireSignature() default "false";

    /** {@return how much memory all guests may have together, in MiB} */
    @AttributeDefinition(
            description = "How much memory all guests may have together, in MiB; 1 to 65536.",
            min = "1",
            max = "65536")
    int memoryMiB() default 128;

    /** {@return how many instances there may be at once} */
    @AttributeDefinition(
            description = "How many instances there may be at once; 1 to 100000.",
            min = "1",
            max = "100000")
    int maxInstances() default 2_000;

    /** {@return how many instructions one module may have} */
    @AttributeDefinition(
            description =
                    "How many instructions one module may have: compiling takes up to 200 bytes of heap"
                            + " for each; 1000 to 100000000.",
            min = "1000",
            max = "100000000")
    int moduleInstructions() default 750_000;

    /** {@return how many instructions all loaded modules may weigh together} */
    @AttributeDefinition(
            description =
                    "How many instructions all loaded modules may weigh together; 1000 to 1000000000.",
            min = "1000",
            max = "1000000000")
    int maxInstructions() default 2_000_000;

    /** {@return how many fresh instances of each module are kept ready} */
    @AttributeDefinition(
            description = "How many fresh instances of each module are kept ready; 0 to 64.",
            min = "0",
            max = "64")
    int readyInstances() default 1;

    /** {@return how many used instances of each module wait for the next task of their session} */
    @AttributeDefinition(
            description =
                    "How many used instances of each module wait for the next task of their session;"
                            + " 0 to 1024.",
            min = "0",
            max = "1024")
    int idleInstances() default 16;

    /** {@return how long loading may let a module's own code run, in ms} */
    @AttributeDefinition(
            description =
                    "How long a module's own code may run while it is loaded and probed, in"
                            + " milliseconds; 10 to 60000.",
            min = "10",
            max = "60000")
    int probeMs() default 2_000;

    /** {@return the longest call of a host function that stays within the platform, in ms} */
    @AttributeDefinition(
            description =
                    "The longest call of a host function that stays within the platform, in"
                            + " milliseconds; 1 to 600000.",
            min = "1",
            max = "600000")
    int hostCallMs() default 10_000;

    /** {@return pages of 64 KiB of one instance} */
    @AttributeDefinition(
            description = "Pages of 64 KiB of one instance; 1 to 65536.",
            min = "1",
            max = "65536")
    int memoryPages() default 256;

    /** {@return elements of each table} */
    @AttributeDefinition(
            description = "Elements of each table; 0 to 1000000.",
            min = "0",
            max = "1000000")
    int tableElements() default 10_000;

    /** {@return the longest call, in ms} */
    @AttributeDefinition(
            description = "The longest call, in milliseconds; 1 to 3600000.",
            min = "1",
            max = "3600000")
    int deadlineMs() default 30_000;

    /** {@return bytes of an outcome, and of each response} */
    @AttributeDefinition(
            description = "Bytes of an outcome, and of each response; 64 to 1048576.",
            min = "64",
            max = "1048576")
    int outputBytes() default 1_048_576;

    /** {@return calls of the host in one task} */
    @AttributeDefinition(
            description = "Calls of the host in one task; 0 to 1000000000.",
            min = "0",
            max = "1000000000")
    int hostCalls() default 10_000;

    /** {@return bytes into and out of host functions in one task} */
    @AttributeDefinition(
            description = "Bytes into and out of host functions in one task; 0 to 1000000000.",
            min = "0",
            max = "1000000000")
    int hostBytes() default 16_777_216;

    /** {@return log lines in one task} */
    @AttributeDefinition(
            description = "Log lines in one task; 0 to 1000000.",
            min = "0",
            max = "1000000")
    int logLines() default 1_000;

    /** {@return events emitted in one task} */
    @AttributeDefinition(
            description = "Events emitted in one task; 0 to 1000000.",
            min = "0",
            max = "1000000")
    int events() default 100;

    /** {@return HTTP calls in one task} */
    @AttributeDefinition(
            description = "HTTP calls in one task; 0 to 1000000.",
            min = "0",
            max = "1000000")
    int httpCalls() default 100;

    /** {@return the longest HTTP call, in ms} */
    @AttributeDefinition(
            description = "The longest HTTP call, in milliseconds; 1 to 600000.",
            min = "1",
            max = "600000")
    int httpMs() default 10_000;
}
