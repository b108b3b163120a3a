// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

import dev.holdfast.provider.stream.StreamId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What queues are called in the store. No two of them have one name. */
final class QueueNames {

  /** The category of the streams of dead letters. */
  static final String DEAD_LETTERS = "dead-letters";

  private static final int MOST = 256;
  private static final String READABLE = "queue:";
  private static final String HASHED = "queue#";

  private QueueNames() {}

  /** {@return the name under which workers take the queues of a category} */
  static String code(String category) {
    return fitting(category, category);
  }

  /** {@return the instance that is the queue of a stream} */
  static String instance(StreamId stream) {
    String category = stream.category().replace("%", "%25").replace("/", "%2F");
    return fitting(
        category + "/" + stream.id(),
        stream.category().length() + "/" + stream.category() + stream.id());
  }

  /** {@return the stream with the dead letters of a stream, which its tenant has too} */
  static StreamId deadLetters(StreamId stream) {
    String category = stream.category();
    // ~tenant~category
    String tenant =
        category.startsWith("~") ? category.substring(0, category.indexOf('~', 1) + 1) : "";
    return new StreamId(tenant + DEAD_LETTERS, stream.id());
  }

  /** {@return whether it is one of these names} */
  static boolean isQueue(String name) {
    return name.startsWith(READABLE) || name.startsWith(HASHED);
  }

  private static String fitting(String readable, String unambiguous) {
    String name = READABLE + readable;
    return name.length() <= MOST ? name : HASHED + hash(unambiguous);
  }

  private static String hash(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }
}
