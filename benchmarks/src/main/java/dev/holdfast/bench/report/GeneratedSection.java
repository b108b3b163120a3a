// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The part of a page that holds the last report of a provider, between {@code <!-- bench:sqlite
 * -->} and {@code <!-- /bench:sqlite -->}.
 */
public final class GeneratedSection {

  private GeneratedSection() {}

  /**
   * Puts a text into the section, in place of what is there.
   *
   * @throws IOException when the file cannot be read or written, or has no such section
   */
  public static void replace(Path page, String provider, String text) throws IOException {
    String begin = "<!-- bench:" + provider + " -->\n";
    String end = "<!-- /bench:" + provider + " -->";
    String before = Files.readString(page);
    int from = before.indexOf(begin);
    int to = before.indexOf(end);
    if (from < 0 || to < from) {
      throw new IOException(page + " has no section between " + begin.strip() + " and " + end);
    }
    Files.writeString(
        page,
        before.substring(0, from + begin.length()) + "\n" + text + "\n" + before.substring(to));
  }
}
