// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The commands of a page, and what they print there. */
record Script(List<Step> steps) {

  private static final Pattern BLOCK = Pattern.compile("(?ms)^```\\n(\\$ \\./holdfast .*?)^```");
  private static final String PROMPT = "$ ./holdfast ";

  // What differs from run to run.
  private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d");
  private static final Pattern AGE = Pattern.compile("\\b\\d+ (second|minute)s?\\b");
  private static final Pattern MILLIS = Pattern.compile("\\b[\\d,]+ ms\\b");
  private static final Pattern POSITION = Pattern.compile("\\b\\d+\\.0\\b");
  private static final Pattern BLANKS = Pattern.compile(" {2,}");

  /** A command, and the lines that follow it. */
  record Step(List<String> command, String printed) {}

  /** Reads a page. */
  static Script of(Path page) throws IOException {
    List<Step> steps = new ArrayList<>();
    BLOCK
        .matcher(Files.readString(page))
        .results()
        .forEach(block -> {
          for (String part : block.group(1).split("(?m)^(?=\\$ )")) {
            if (!part.isEmpty()) {
              int end = part.indexOf('\n');
              steps.add(
                  new Step(
                      Arrays.asList(part.substring(PROMPT.length(), end).split(" ")),
                      part.substring(end + 1)));
            }
          }
        });
    return new Script(steps);
  }

  /** What was printed, without what differs from run to run. */
  static String alike(String printed) {
    String timeless = TIME.matcher(printed).replaceAll("TIME");
    String ageless = AGE.matcher(timeless).replaceAll("AGE");
    String still = MILLIS.matcher(ageless).replaceAll("MILLIS");
    // PostgreSQL leaves numbers out.
    return POSITION
        .matcher(still)
        .replaceAll("POSITION")
        .lines()
        .map(line -> BLANKS.matcher(line).replaceAll("  ").strip())
        .collect(Collectors.joining("\n"));
  }
}
