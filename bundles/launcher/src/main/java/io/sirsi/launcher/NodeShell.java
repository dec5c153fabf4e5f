package io.sirsi.launcher;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.apache.sshd.client.ClientBuilder;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ChannelShell;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.future.AuthFuture;
import org.apache.sshd.client.keyverifier.ServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.channel.PtyMode;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.core.CoreModuleProperties;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;

/**
 * A connection to the shell of a node, over SSH with the key of an account. The node is recognised
 * by its own key.
 *
 * <p>Not for several threads. One connection carries one command: the server closes it after the
 * first.
 */
public final class NodeShell implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final SshClient client;
    private final ClientSession session;

    private NodeShell(SshClient client, ClientSession session) {
        this.client = client;
        this.session = session;
    }

    /**
     * Logs in as the administrator of the node.
     *
     * @param node where it listens
     * @param keys the folder with the key of the administrator and of the node
     * @throws Refusal when nobody answers, the node is another one, or the login is refused
     */
    public static NodeShell login(Announcement node, Path keys) {
        return login(node, keys, Login.administrator(keys));
    }

    /**
     * Logs in as somebody else.
     *
     * @param node where it listens
     * @param keys the folder with the key of the node
     * @param account the account
     * @param pair its key
     * @throws Refusal when nobody answers, the node is another one, or the login is refused
     */
    public static NodeShell login(Announcement node, Path keys, String account, KeyPair pair) {
        return login(node, keys, new Login(account, Path.of("key"), pair));
    }

    static NodeShell login(Announcement node, Path keys, Login login) {
        String where = node.sshHost() + ":" + node.sshPort();
        SshClient client = client(keys);
        client.start();
        try {
            ClientSession session =
                    client.connect(login.account(), node.sshHost(), node.sshPort())
                            .verify(PATIENCE)
                            .getSession();
            session.addPublicKeyIdentity(login.pair());
            if (authenticated(session)) {
                return new NodeShell(client, session);
            }
        } catch (IOException e) {
            client.stop();
            throw new Refusal(
                    "cannot talk to the node at "
                            + where
                            + " ("
                            + e.getMessage()
                            + "); see ./sirsi status.");
        }
        client.stop();
        throw new Refusal(
                "the node at "
                        + where
                        + " did not let '"
                        + login.account()
                        + "' in with the key '"
                        + login.keyFile()
                        + "': there is no such account, or its key is another; see ./sirsi account list, and"
                        + " log/security.log in the data folder.");
    }

    /** {@return whether the key was accepted; a connection that breaks is another matter} */
    private static boolean authenticated(ClientSession session) throws IOException {
        AuthFuture answer = session.auth();
        if (!answer.await(PATIENCE)) {
            throw new IOException("no answer to the login within " + PATIENCE.toSeconds() + " s");
        }
        if (!answer.isSuccess() && !session.isOpen()) {
            throw new IOException("the connection broke during the login", answer.getException());
        }
        return answer.isSuccess();
    }

    /** Only what our server speaks: a client with every algorithm takes twice as long to start. */
    private static SshClient client(Path keys) {
        SshClient client =
                ClientBuilder.builder()
                        .cipherFactories(List.of(BuiltinCiphers.aes256ctr))
                        .macFactories(List.of(BuiltinMacs.hmacsha256))
                        .keyExchangeFactories(
                                List.of(ClientBuilder.DH2KEX.apply(BuiltinDHFactories.ecdhp256)))
                        .signatureFactories(
                                List.of(
                                        BuiltinSignatures.nistp256,
                                        BuiltinSignatures.nistp384,
                                        BuiltinSignatures.nistp521,
                                        BuiltinSignatures.rsaSHA512,
                                        BuiltinSignatures.rsaSHA256))
                        .hostConfigEntryResolver(HostConfigEntryResolver.EMPTY)
                        .serverKeyVerifier(new KnownNode(keys))
                        .build(true);
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        client.setPasswordIdentityProvider(null);
        client.setAgentFactory(null);
        CoreModuleProperties.HEARTBEAT_INTERVAL.set(client, Duration.ofSeconds(30));
        CoreModuleProperties.IDLE_TIMEOUT.set(client, Duration.ZERO);
        CoreModuleProperties.NIO_WORKERS.set(client, 1);
        return client;
    }

    /**
     * Runs one command. Its output goes through as it comes.
     *
     * @param command as typed in the shell
     * @param out gets what the command prints
     * @param err gets its complaints
     * @return the exit code of the command; 1 when it failed and names none
     * @throws Refusal when the connection breaks before the command ends
     */
    public int run(String command, OutputStream out, OutputStream err) {
        return run(command, SentFile.NONE, out, err);
    }

    /**
     * Runs one command that takes a file.
     *
     * @param command as typed in the shell
     * @param file the file, or none
     * @param out gets what the command prints
     * @param err gets its complaints
     * @return the exit code of the command; 1 when it failed and names none
     * @throws Refusal when the connection breaks before the command ends
     */
    int run(String command, SentFile file, OutputStream out, OutputStream err) {
        byte[] bytes = file.bytes();
        String nonce = Long.toHexString(new SecureRandom().nextLong());
        AnswerStream answer = new AnswerStream(out, nonce);
        // Read first, said so after: the node waits for this byte before it closes the connection.
        CompletableFuture<InputStream> receipt =
                answer.end().thenApply(end -> new ByteArrayInputStream(new byte[] {'\n'}));
        try (ChannelExec channel =
                session.createExecChannel(
                        "sirsi:exec "
                                + nonce
                                + " "
                                + ShellWord.quote(command)
                                + (bytes.length == 0
                                        ? ""
                                        : " "
                                                + bytes.length
                                                + " "
                                                + ShellWord.quote(file.name())))) {
            channel.setIn(
                    new SequenceInputStream(
                            new ByteArrayInputStream(bytes), new LateInputStream(receipt)));
            channel.setOut(answer);
            channel.setErr(err);
            channel.open().verify(PATIENCE);
            channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), 0L);
            receipt.complete(InputStream.nullInputStream());
            AnswerStream.End end = answer.told().orElseThrow(() -> broken("no end"));
            if (!end.complaint().isEmpty()) {
                err.write(
                        (end.complaint() + System.lineSeparator())
                                .getBytes(StandardCharsets.UTF_8));
                err.flush();
            }
            return end.exitCode();
        } catch (IOException e) {
            throw broken(e.toString());
        }
    }

    /**
     * Connects a terminal with an interactive shell, until the shell ends.
     *
     * @return the exit code of the shell; empty where the connection ended without one, as with a
     *     node that died, but often with a shell that ended well, too: Karaf closes the connection
     *     before the code is out
     * @throws Refusal when the shell does not begin
     */
    public OptionalInt interact(Terminal terminal) {
        Attributes before = enterRawMode(terminal);
        try (ChannelShell channel = session.createShellChannel()) {
            Size size = terminal.getSize();
            channel.setPtyType(terminal.getType());
            channel.setPtyColumns(size.getColumns());
            channel.setPtyLines(size.getRows());
            channel.setPtyModes(
                    java.util.Map.of(PtyMode.ECHO, 1, PtyMode.ICRNL, 1, PtyMode.ONLCR, 1));
            channel.setIn(terminal.input());
            channel.setOut(terminal.output());
            channel.setErr(terminal.output());
            terminal.handle(Terminal.Signal.WINCH, signal -> resize(channel, terminal));
            channel.open().verify(PATIENCE);
            channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), 0L);
            Integer status = channel.getExitStatus();
            return status == null ? OptionalInt.empty() : OptionalInt.of(status);
        } catch (IOException e) {
            throw broken(e.toString());
        } finally {
            terminal.setAttributes(before);
        }
    }

    /**
     * Lets every key go to the node, Ctrl-C, Ctrl-\ and Ctrl-Z among them: JLine's raw mode leaves
     * them to this process, and they would end it instead of the command that runs there.
     *
     * @return what the terminal was set to
     */
    static Attributes enterRawMode(Terminal terminal) {
        Attributes before = terminal.enterRawMode();
        Attributes raw = terminal.getAttributes();
        raw.setLocalFlag(Attributes.LocalFlag.ISIG, false);
        terminal.setAttributes(raw);
        return before;
    }

    private static void resize(ChannelShell channel, Terminal terminal) {
        try {
            channel.sendWindowChange(terminal.getWidth(), terminal.getHeight());
        } catch (IOException gone) {
            // the channel is closing: its own end is reported there
        }
    }

    private static Refusal broken(String why) {
        return new Refusal("the connection to the node broke (" + why + "); see ./sirsi status.");
    }

    @Override
    public void close() {
        client.stop();
    }

    /**
     * Accepts the node whose public key lies in the data folder, and nobody else on the same port.
     */
    private record KnownNode(Path keys) implements ServerKeyVerifier {
        @Override
        public boolean verifyServerKey(
                ClientSession session, SocketAddress remote, PublicKey offered) {
            try {
                return KeyUtils.compareKeys(offered, AdminKey.ofNode(keys));
            } catch (IOException | GeneralSecurityException e) {
                throw new Refusal(
                        "cannot read the key of the node in "
                                + keys
                                + " ("
                                + e.getMessage()
                                + "); restart it with ./sirsi down and ./sirsi up.");
            }
        }
    }
}
