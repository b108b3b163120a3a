// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.report;

import dev.holdfast.tck.FixtureProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Where the report of a run goes, in three forms: {@code report.json}, {@code report.md} and {@code
 * report.html}. Immutable.
 *
 * @param path the directory
 */
public record ReportFolder(Path path) {

  private static final String JSON = "report.json";
  private static final String MARKDOWN = "report.md";
  private static final String HTML = "report.html";
  private static final String UNFINISHED = ".tmp";

  /**
   * Makes the directory and removes the report of an earlier run, so that none is taken for that of
   * a run that ended before it could report.
   *
   * @throws FixtureProblem when nothing can be written there
   */
  public void prepare() {
    try {
      Files.createDirectories(path);
      for (String name : List.of(JSON, MARKDOWN, HTML)) {
        Files.deleteIfExists(path.resolve(name));
        Files.deleteIfExists(path.resolve(name + UNFINISHED));
      }
      Files.delete(Files.createTempFile(path, "report", ".tmp"));
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /**
   * Writes a report in all forms.
   *
   * @param report the report
   * @throws FixtureProblem when it cannot be written
   */
  public void write(Report report) {
    try {
      put(JSON, new JsonReport().write(report));
      put(MARKDOWN, MarkdownReport.write(report));
      put(HTML, HtmlReport.write(report));
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /**
   * Writes a report for whoever looks meanwhile. A run does not end because that fails: it may
   * succeed later, and {@link #write} at the end says so when it does not.
   *
   * @param report the report
   */
  public void writeIfPossible(Report report) {
    try {
      write(report);
    } catch (FixtureProblem later) {
      // The last report tells.
    }
  }

  /** Whoever is killed meanwhile leaves the file as it was before, and never half of it. */
  private void put(String name, String text) throws IOException {
    Path unfinished = path.resolve(name + UNFINISHED);
    // Bytes, because a writer of strings refuses what cannot be encoded.
    Files.write(unfinished, Legible.of(text).getBytes(StandardCharsets.UTF_8));
    try {
      Files.move(unfinished, path.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(unfinished, path.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /**
   * The page for people.
   *
   * @return its path
   */
  public Path html() {
    return path.resolve(HTML);
  }

  private FixtureProblem unwritable(IOException e) {
    return new FixtureProblem("The report cannot be written to " + path + ": " + e, e);
  }
}
