// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What is logged while this is open; see simplelogger.properties for what is logged in tests. */
final class Logs implements AutoCloseable {

  private final PrintStream before = System.err;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  Logs() {
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
  }

  String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** The lines that have a text in them. */
  List<String> lines(String with) {
    return text().lines().filter(line -> line.contains(with)).toList();
  }

  @Override
  public void close() {
    System.setErr(before);
  }
}
