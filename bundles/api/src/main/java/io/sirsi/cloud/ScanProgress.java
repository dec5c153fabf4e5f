package io.sirsi.cloud;

import java.util.List;

/**
 * How far a scan is.
 *
 * @param scan the scan as it is
 * @param phase what it does, in a word or two
 * @param scopes how far it is in each place, in order of scope
 */
public record ScanProgress(Scan scan, String phase, List<ScopeProgress> scopes) {

    /**
     * How far a scan is in one place.
     *
     * @param scope the place
     * @param tasks how many tasks there are
     * @param done how many of them ended well
     * @param failed how many of them ended otherwise
     * @param resources how many resources were seen so far
     */
    public record ScopeProgress(
            CloudScope scope, int tasks, int done, int failed, long resources) {}

    public ScanProgress {
        scopes = List.copyOf(scopes);
    }
}
