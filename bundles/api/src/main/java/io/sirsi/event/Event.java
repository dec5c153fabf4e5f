package io.sirsi.event;

import java.time.Instant;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Something that happened: an immutable value named in the past tense that carries its own time and
 * no secret.
 */
@ConsumerType
public interface Event {

    /** {@return when it happened} */
    Instant at();
}
