// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.graph.draw.Mermaid;
import dev.holdfast.graph.draw.TerminalDrawing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guide's part on triggers and streams says what the code does. */
class TriggerGuideTest {

  @TempDir Path directory;

  private interface Program {
    void main(String[] arguments) throws InterruptedException;
  }

  private static void guideHas(String language, String text) throws IOException {
    assertThat(Files.readString(Path.of("..", "docs", "guide", "graphs.md")))
        .contains("```" + language + "\n" + text.stripTrailing() + "\n```");
  }

  private static String source(String name) throws IOException {
    String file =
        Files.readString(Path.of("src/test/java/dev/holdfast/graph/guide/" + name + ".java"));
    return file.substring(file.indexOf("package "));
  }

  private String printed(Program program) throws InterruptedException {
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      program.main(new String[] {"sqlite:" + directory.resolve("guide.db")});
    } finally {
      System.setOut(before);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void theTriggerDoesWhatTheGuideSays() throws Exception {
    guideHas("java", source("TriggerOrders"));
    guideHas("", printed(TriggerOrders::main));
  }

  @Test
  void theStreamDoesWhatTheGuideSays() throws Exception {
    guideHas("java", source("StreamLines"));
    guideHas("", printed(StreamLines::main));
  }

  @Test
  void thePicturesAreThoseOfTheGuide() throws IOException {
    guideHas("mermaid", Mermaid.of(TriggerOrders.definition()));
    guideHas("", TerminalDrawing.of(StreamLines.definition(), Map.of(), 80));
  }
}
