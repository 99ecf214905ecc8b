package dev.sallyport.edge.catalog;

import dev.sallyport.proto.registry.v1.ServerCatalogue;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The catalogues of all tenants in one file, so that edge can serve after a restart while registry
 * is away. It is written beside the old one and put in its place whole; its last 32 bytes are the
 * SHA-256 of the others. A file that does not fit is ignored. Blocks.
 */
final class DiskCopy {

  private static final Logger LOG = Logger.getLogger(DiskCopy.class);
  private static final int MAGIC = 0x53504332;
  private static final int DIGEST = 32;

  /**
   * @param sequence of the last event that is in it
   * @param versions by tenant
   */
  record Content(
      long sequence, Map<String, Long> versions, Map<ServerId, ServerCatalogue> servers) {}

  private final Path folder;
  private final Path file;

  DiskCopy(Path folder) {
    this.folder = folder;
    this.file = folder.resolve("servers.bin");
  }

  void write(Content content) throws IOException {
    Files.createDirectories(folder);
    Path next = folder.resolve("servers.bin.next");
    try (FileChannel channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      DigestOutputStream digesting =
          new DigestOutputStream(Channels.newOutputStream(channel), sha256());
      DataOutputStream out = new DataOutputStream(new BufferedOutputStream(digesting, 1 << 16));
      out.writeInt(MAGIC);
      out.writeLong(content.sequence());
      out.writeInt(content.versions().size());
      for (Map.Entry<String, Long> version : content.versions().entrySet()) {
        out.writeUTF(version.getKey());
        out.writeLong(version.getValue());
      }
      out.writeInt(content.servers().size());
      for (ServerCatalogue server : content.servers().values()) {
        byte[] bytes = server.toByteArray();
        out.writeInt(bytes.length);
        out.write(bytes);
      }
      out.flush();
      ByteBuffer digest = ByteBuffer.wrap(digesting.getMessageDigest().digest());
      while (digest.hasRemaining()) {
        channel.write(digest);
      }
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Null where there is none that can be used. */
  @Nullable Content read() {
    try {
      byte[] bytes = Files.readAllBytes(file);
      int length = bytes.length - DIGEST;
      if (length < 0 || !isWhole(bytes, length)) {
        LOG.warnf("%s is damaged and is ignored", file);
        return null;
      }
      return parse(new DataInputStream(new ByteArrayInputStream(bytes, 0, length)));
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      LOG.warnf("%s cannot be read and is ignored: %s", file, e.getMessage());
      return null;
    }
  }

  private static boolean isWhole(byte[] bytes, int length) {
    MessageDigest digest = sha256();
    digest.update(bytes, 0, length);
    return Arrays.equals(digest.digest(), Arrays.copyOfRange(bytes, length, bytes.length));
  }

  private @Nullable Content parse(DataInputStream in) throws IOException {
    if (in.readInt() != MAGIC) {
      LOG.warnf("%s is of another version and is ignored", file);
      return null;
    }
    long sequence = in.readLong();
    Map<String, Long> versions = new HashMap<>();
    for (int i = in.readInt(); i > 0; i--) {
      versions.put(in.readUTF(), in.readLong());
    }
    Map<ServerId, ServerCatalogue> servers = new HashMap<>();
    for (int i = in.readInt(); i > 0; i--) {
      ServerCatalogue server = ServerCatalogue.parseFrom(in.readNBytes(in.readInt()));
      servers.put(ServerId.of(server), server);
    }
    return new Content(sequence, versions, servers);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
