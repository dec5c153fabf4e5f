package io.sirsi.spi.security;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Where secrets come from. Whoever asks has been allowed to before; a source decides nothing.
 * Thread-safe; may block for as long as the outside takes.
 */
@ConsumerType
public interface SecretSource {

    /**
     * Reads a secret, as it is now.
     *
     * @param name lower-case letters, digits, dot, dash and underscore, 1 to 64 characters
     * @return the secret; empty if there is none of this name
     * @throws io.sirsi.failure.RefusedException UNAVAILABLE if it cannot be read now; never says
     *     what is in it
     */
    Optional<String> read(String name);
}
