// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reports as JSON. */
public final class ReportFile {

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private ReportFile() {}

  /** A report as one JSON object. */
  public static String toJson(Report report) {
    return MAPPER.writeValueAsString(report) + "\n";
  }

  /**
   * Reads a report.
   *
   * @throws IOException when the file cannot be read, or is no report
   */
  public static Report read(Path file) throws IOException {
    String json = Files.readString(file);
    try {
      Report report = MAPPER.readValue(json, Report.class);
      if (report == null || report.results() == null) {
        throw new IOException(file + " is no report of this command");
      }
      return report;
    } catch (JacksonException e) {
      throw new IOException(file + " is no report of this command: " + e.getOriginalMessage(), e);
    }
  }
}
