package io.sirsi.secrets.file.internal;

import io.sirsi.failure.RefusedException;
import io.sirsi.failure.RefusedException.Reason;
import io.sirsi.spi.security.SecretSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Secrets, one a file, in a folder of the node's account. Read anew each time, so that a secret can
 * be changed while the node runs. Thread-safe.
 */
@Component(name = "io.sirsi.secrets.file")
@Designate(ocd = FileSecretSource.Config.class)
public final class FileSecretSource implements SecretSource {

    /** What can be configured. */
    @ObjectClassDefinition(id = "io.sirsi.secrets.file", name = "Secrets in files")
    @interface Config {

        /** {@return the folder of the secrets; empty for secrets/ in the node's data folder} */
        @AttributeDefinition(
                name = "Folder",
                description = "Where the secrets lie. Empty: secrets/ in the data folder.")
        String folder() default "";
    }

    private static final Logger log = LoggerFactory.getLogger(FileSecretSource.class);

    /** Begins with a letter or digit: neither {@code ..} nor a hidden file. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    private static final int MAX_BYTES = 64 << 10;

    private static final Set<PosixFilePermission> PRIVATE =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final Path folder;
    private final UserPrincipal account;

    /**
     * Finds the folder; it need not exist yet.
     *
     * @param config its configuration
     * @throws IllegalStateException if there is none; the message says what to do
     */
    @Activate
    public FileSecretSource(Config config) {
        this(folder(config), account());
    }

    FileSecretSource(Path folder, UserPrincipal account) {
        this.folder = folder;
        this.account = account;
    }

    private static Path folder(Config config) {
        if (!config.folder().isBlank()) {
            return Path.of(config.folder().strip()).toAbsolutePath();
        }
        String data = System.getProperty("sirsi.data", "");
        if (data.isBlank()) {
            throw cannotStart(
                    "There is no folder of secrets: set folder in io.sirsi.secrets.file.cfg, or"
                            + " start the node with -Dsirsi.data=FOLDER.");
        }
        return Path.of(data, "secrets").toAbsolutePath();
    }

    /** The account that the node runs under, whatever it is called: a new file belongs to it. */
    private static UserPrincipal account() {
        try {
            Path probe = Files.createTempFile("sirsi-account", "");
            try {
                return Files.getOwner(probe);
            } finally {
                Files.delete(probe);
            }
        } catch (IOException | UnsupportedOperationException e) {
            throw cannotStart(
                    "It cannot be found out which account the node runs under ("
                            + e.getClass().getSimpleName()
                            + "): make "
                            + System.getProperty("java.io.tmpdir")
                            + " writable for it.");
        }
    }

    private static IllegalStateException cannotStart(String sentence) {
        log.error("{}", sentence);
        return new IllegalStateException(sentence);
    }

    @Override
    public Optional<String> read(String name) {
        if (!NAME.matcher(name).matches()) {
            throw RefusedException.invalid(
                    "not the name of a secret: '"
                            + name
                            + "'; write a-z 0-9 . _ -, at most 64, beginning with a letter or"
                            + " digit.");
        }
        Path file = folder.resolve(name);
        try {
            return readFile(file);
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        } catch (CharacterCodingException malformed) {
            throw refused(file, "is not text in UTF-8", "write it anew");
        } catch (UnsupportedOperationException foreign) {
            throw refused(
                    file,
                    "lies on a file system without owners and modes",
                    "move the folder to another one");
        } catch (IOException e) {
            // The message of such an exception is the file's name; nothing of the content is in it.
            throw new RefusedException(
                    Reason.UNAVAILABLE,
                    "The secret " + file + " cannot be read: let the node's account read it.",
                    e);
        }
    }

    private Optional<String> readFile(Path file) throws IOException {
        PosixFileAttributes before = attributes(file);
        check(file, before);
        byte[] bytes;
        try (SeekableByteChannel channel =
                Files.newByteChannel(
                        file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            bytes = atMost(channel, MAX_BYTES + 1);
        }
        PosixFileAttributes after = attributes(file);
        check(file, after);
        if (!same(before, after)) {
            throw refused(file, "was replaced while it was read", "ask again");
        }
        if (bytes.length > MAX_BYTES) {
            throw tooLong(file);
        }
        String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        return Optional.of(withoutLineEnd(text));
    }

    private static PosixFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private void check(Path file, PosixFileAttributes attributes) {
        if (!attributes.isRegularFile()) {
            throw refused(file, "is a link, a folder or a device", "put a plain file there");
        }
        if (!attributes.owner().equals(account)) {
            throw refused(
                    file,
                    "belongs to " + attributes.owner().getName() + ", not to the node's account",
                    "run chown " + account.getName() + " on it");
        }
        if (!PRIVATE.containsAll(attributes.permissions())
                || !attributes.permissions().contains(PosixFilePermission.OWNER_READ)) {
            throw refused(file, "has another mode than 0600 or 0400", "run chmod 600 on it");
        }
        if (attributes.size() > MAX_BYTES) {
            throw tooLong(file);
        }
    }

    private static boolean same(PosixFileAttributes one, PosixFileAttributes other) {
        return one.fileKey().equals(other.fileKey());
    }

    private static byte[] atMost(SeekableByteChannel channel, int most) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(most);
        while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
            // until it is full, or the file is at its end
        }
        buffer.flip();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    /** Editors end the last line; a secret has no line end. */
    private static String withoutLineEnd(String text) {
        if (text.endsWith("\r\n")) {
            return text.substring(0, text.length() - 2);
        }
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }

    private static RefusedException tooLong(Path file) {
        return refused(file, "has more than " + MAX_BYTES + " bytes", "shorten it");
    }

    private static RefusedException refused(Path file, String what, String remedy) {
        return RefusedException.unavailable(
                "The secret " + file + " " + what + ": " + remedy + ".");
    }
}
