// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.report;

import dev.holdfast.tck.FixtureProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
      Files.writeString(path.resolve(JSON), new JsonReport().write(report));
      Files.writeString(path.resolve(MARKDOWN), MarkdownReport.write(report));
      Files.writeString(path.resolve(HTML), HtmlReport.write(report));
    } catch (IOException e) {
      throw unwritable(e);
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
