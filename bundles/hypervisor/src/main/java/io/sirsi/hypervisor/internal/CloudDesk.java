package io.sirsi.hypervisor.internal;

import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.Finding;
import io.sirsi.cloud.Inventory;
import io.sirsi.cloud.ProviderInfo;
import io.sirsi.cloud.ResourceQuery;
import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.Scan;
import io.sirsi.cloud.ScanId;
import io.sirsi.cloud.ScanProgress;
import io.sirsi.cloud.ScanSpec;
import io.sirsi.cloud.ScanSummary;
import io.sirsi.failure.RefusedException;
import io.sirsi.hypervisor.CloudControl;
import io.sirsi.security.Caller;
import io.sirsi.security.Permission;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Clouds and scans, in one caller's name. */
record CloudDesk(
        Caller caller,
        Gate gate,
        CloudProviders clouds,
        ScanCoordinator coordinator,
        Inventory inventory)
        implements CloudControl {

    private static final int MAX_LIST = 1_000_000;

    @Override
    public List<ProviderInfo> providers() {
        return read(
                "",
                () -> clouds.ask(clouds.all()).stream().map(CloudProviders.Answer::info).toList());
    }

    @Override
    public ScanId startScan(ScanSpec spec) {
        Gate.Request request =
                Gate.Request.of(caller, "cloud:scan", String.join(" ", spec.providers()))
                        .with(
                                Map.of(
                                        "accounts", String.join(" ", spec.accounts()),
                                        "regions", String.join(" ", spec.regions()),
                                        "types",
                                                spec.types().stream()
                                                        .map(ResourceType::value)
                                                        .collect(Collectors.joining(" ")),
                                        "timeout", spec.timeout().toString()));
        gate.check(request, List.of());
        gate.check(
                request,
                coordinator.chosen(spec).stream()
                        .map(provider -> Permission.of("agent:spawn:" + provider.name()))
                        .toList());
        return gate.decided(request, () -> coordinator.start(caller.name(), spec), ScanId::value);
    }

    @Override
    public ScanProgress scanProgress(ScanId scan) {
        return read(
                scan,
                () -> coordinator.progress(scan).orElseThrow(() -> ScanCoordinator.absent(scan)));
    }

    @Override
    public boolean cancelScan(ScanId scan) {
        return gate.act(
                Gate.Request.of(caller, "cloud:scan", scan).with(Map.of("action", "cancel")),
                () -> coordinator.cancel(scan, "cancelled by " + caller.name()),
                stopped -> stopped ? "" : "it was not running");
    }

    @Override
    public List<Scan> scans(int limit) {
        return read(
                "",
                () -> {
                    if (limit < 1 || limit > MAX_LIST) {
                        throw RefusedException.invalid(
                                "a limit is 1 to " + MAX_LIST + ", not " + limit);
                    }
                    return inventory.scans(limit);
                });
    }

    @Override
    public ScanSummary scanSummary(ScanId scan) {
        return read(
                scan,
                () -> inventory.summary(scan).orElseThrow(() -> ScanCoordinator.absent(scan)));
    }

    @Override
    public void forEachResource(ResourceQuery query, Consumer<CloudResource> reader) {
        read(
                query.scan(),
                () -> {
                    refuseUnknown(query.scan());
                    inventory.forEachResource(query, reader);
                    return query;
                });
    }

    @Override
    public List<Finding> findings(ScanId scan) {
        return read(
                scan,
                () -> {
                    refuseUnknown(scan);
                    return inventory.findings(scan);
                });
    }

    private void refuseUnknown(ScanId scan) {
        if (inventory.scan(scan).isEmpty()) {
            throw ScanCoordinator.absent(scan);
        }
    }

    private <T> T read(Object target, Supplier<T> reader) {
        return gate.read(Gate.Request.of(caller, "cloud:read", target), reader);
    }
}
