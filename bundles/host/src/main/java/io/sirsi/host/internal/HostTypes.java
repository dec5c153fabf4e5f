package io.sirsi.host.internal;

import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.ResourceTypeInfo;
import java.util.List;

/** The names of what is listed. */
final class HostTypes {

    static final String PROVIDER = "host";
    static final String ACCOUNT = "local";
    static final String REGION = "local";

    static final ResourceType MACHINE = ResourceType.of("host:machine");
    static final ResourceType OS = ResourceType.of("host:os");
    static final ResourceType CPU = ResourceType.of("host:cpu");
    static final ResourceType MEMORY = ResourceType.of("host:memory");
    static final ResourceType DISK = ResourceType.of("host:disk");
    static final ResourceType FILE_SYSTEM = ResourceType.of("host:filesystem");
    static final ResourceType INTERFACE = ResourceType.of("host:network-interface");
    static final ResourceType PORT = ResourceType.of("host:listening-port");
    static final ResourceType PROCESS = ResourceType.of("host:process");

    static final List<ResourceTypeInfo> ALL =
            List.of(
                    info(MACHINE, "Machines"),
                    info(OS, "Operating systems"),
                    info(CPU, "Processors"),
                    info(MEMORY, "Memory"),
                    info(DISK, "Disks"),
                    info(FILE_SYSTEM, "File systems"),
                    info(INTERFACE, "Network interfaces"),
                    info(PORT, "Listening ports"),
                    info(PROCESS, "Top processes by CPU and memory"));

    private HostTypes() {}

    private static ResourceTypeInfo info(ResourceType type, String title) {
        return new ResourceTypeInfo(type, title, ResourceTypeInfo.Placement.REGIONAL);
    }
}
