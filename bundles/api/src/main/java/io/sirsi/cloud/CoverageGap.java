package io.sirsi.cloud;

import io.sirsi.agent.AgentFailure;
import java.util.Optional;

/**
 * Something that a scan wanted to see and could not: never to be mistaken for nothing being there.
 *
 * @param scope where
 * @param type what; empty for everything there
 * @param failure why
 */
public record CoverageGap(CloudScope scope, Optional<ResourceType> type, AgentFailure failure) {}
