package io.sirsi.hypervisor.internal;

import io.sirsi.cloud.CloudAccount;
import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.ResourceTypeInfo;
import io.sirsi.cloud.ScanSpec;
import io.sirsi.failure.RefusedException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collector;
import java.util.stream.Collectors;

/** Finds out what a scan means, and whether everything in it is known. */
final class ScanPlan {

    private ScanPlan() {}

    /**
     * Chooses the providers of a scan: the named ones, or all that have anything of what is wanted.
     * Unknown names are left to {@link #check}.
     */
    static List<CloudProviders.Known> choose(ScanSpec spec, List<CloudProviders.Known> known) {
        if (!spec.providers().isEmpty()) {
            return known.stream().filter(one -> spec.providers().contains(one.name())).toList();
        }
        return known.stream()
                .filter(
                        one ->
                                spec.types().isEmpty()
                                        || types(one).stream().anyMatch(spec.types()::contains))
                .filter(
                        one ->
                                spec.regions().isEmpty()
                                        || one.regions().stream()
                                                .anyMatch(spec.regions()::contains))
                .toList();
    }

    /**
     * Refuses names of providers, types and regions that nobody knows.
     *
     * @throws RefusedException INVALID with the name and the known ones
     */
    static void check(ScanSpec spec, List<CloudProviders.Known> known) {
        if (known.isEmpty()) {
            throw RefusedException.unavailable(
                    "there is no provider to scan yet; wait until one is active");
        }
        Set<String> names = known.stream().map(CloudProviders.Known::name).collect(sorted());
        refuseUnknown("provider", spec.providers(), names);
        // What is chosen must know the rest: a region of AWS makes no sense for the host.
        List<CloudProviders.Known> asked =
                spec.providers().isEmpty()
                        ? known
                        : known.stream()
                                .filter(one -> spec.providers().contains(one.name()))
                                .toList();
        refuseUnknown(
                "region",
                spec.regions(),
                asked.stream().flatMap(one -> one.regions().stream()).collect(sorted()));
        refuseUnknown(
                "type",
                spec.types().stream().map(ResourceType::value).toList(),
                asked.stream()
                        .flatMap(one -> types(one).stream())
                        .map(ResourceType::value)
                        .collect(sorted()));
        if (choose(spec, known).isEmpty()) {
            throw RefusedException.invalid(
                    "no provider has both these types and these regions; leave one of them out");
        }
    }

    /**
     * Refuses names of accounts that nobody knows. While a provider has not answered, a name that
     * the others do not know may be one of its own.
     *
     * @throws RefusedException INVALID with the name and the known ones
     */
    static void checkAccounts(ScanSpec spec, List<CloudProviders.Answer> answers) {
        if (answers.stream().allMatch(answer -> answer.failure().isEmpty())) {
            refuseUnknown(
                    "account",
                    spec.accounts(),
                    answers.stream()
                            .flatMap(answer -> answer.accounts().stream())
                            .map(CloudAccount::name)
                            .collect(sorted()));
        }
    }

    private static Set<ResourceType> types(CloudProviders.Known provider) {
        return provider.types().stream().map(ResourceTypeInfo::type).collect(Collectors.toSet());
    }

    private static void refuseUnknown(String what, Collection<String> wanted, Set<String> known) {
        wanted.stream()
                .sorted()
                .filter(name -> !known.contains(name))
                .findFirst()
                .ifPresent(
                        name -> {
                            throw RefusedException.invalid(
                                    "unknown "
                                            + what
                                            + " '"
                                            + name
                                            + "'; known: "
                                            + (known.isEmpty()
                                                    ? "none"
                                                    : String.join(", ", known)));
                        });
    }

    private static Collector<String, ?, Set<String>> sorted() {
        return Collectors.toCollection(TreeSet::new);
    }
}
