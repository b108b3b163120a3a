// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.stream;

import dev.holdfast.provider.stream.NewEvent;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * The content of an append as far as repeats are recognised by it (STREAM-20): the events in order,
 * and of each its type, schema version, data and tags. Stored; the computation never changes.
 * Stateless.
 */
public final class AppendContent {

  private AppendContent() {}

  /**
   * Computes the hash that stands for the content.
   *
   * @param events the events
   * @return 32 bytes
   */
  public static byte[] hash(List<NewEvent> events) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (DataOutputStream out =
          new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest))) {
        out.writeInt(events.size());
        for (NewEvent event : events) {
          write(out, event.type().getBytes(StandardCharsets.UTF_8));
          out.writeInt(event.schemaVersion());
          write(out, event.data().toByteArray());
          write(out, TagTexts.encode(event.tags()).getBytes(StandardCharsets.UTF_8));
        }
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The length keeps apart what would be equal when joined. */
  private static void write(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }
}
