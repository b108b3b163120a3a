// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.archive;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A place for texts under names, such as a directory or a bucket. A name consists of parts of ASCII
 * letters, digits and {@code . - _ # %}, joined by {@code /}. Thread-safe, for several processes.
 */
public interface ArchiveSink {

  /**
   * Stores a text: durable as a whole when it returns, and whole or absent if it does not. What is
   * there under the name is replaced.
   *
   * @param name the name
   * @param text the text
   * @throws IOException when it cannot be stored
   */
  void put(String name, String text) throws IOException;

  /**
   * Reads a text.
   *
   * @param name the name
   * @return the text, empty when there is none
   * @throws IOException when it cannot be read
   */
  Optional<String> get(String name) throws IOException;

  /**
   * Lists what is stored.
   *
   * @param directory what the names begin with, up to one of their {@code /}; empty for all
   * @return the names, whole, in the order of their characters
   * @throws IOException when they cannot be listed
   */
  List<String> list(String directory) throws IOException;
}
