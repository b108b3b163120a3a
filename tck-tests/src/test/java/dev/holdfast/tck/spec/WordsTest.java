// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One word for one thing: what the glossary replaces is used nowhere. */
class WordsTest {

  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final Path GLOSSARY = ROOT.resolve("docs/spec/glossary.md");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| ([a-z -]+) \\| ");

  @Test
  void noWordIsUsedThatTheGlossaryReplaces() throws IOException {
    List<Pattern> words = replaced().stream().map(WordsTest::asPattern).toList();
    List<String> found = new ArrayList<>();
    List<Path> texts = texts();
    for (Path text : texts) {
      // Files of decisions are named by the words of their time.
      String readable = Files.readString(text).replaceAll("adr/[0-9a-z-]+\\.md", "");
      found.addAll(uses(ROOT.relativize(text).toString(), readable, words));
    }

    assertTrue(texts.size() > 500, "texts that were looked at: " + texts.size());
    assertEquals(List.of(), found);
  }

  @Test
  void aWordIsFoundHoweverItIsWritten() {
    List<Pattern> words = List.of(asPattern("fetch loop"), asPattern("claim-through"));

    assertEquals(3, uses("x", "The Fetch\n * loop\nfetchLoop\nCLAIM_THROUGH", words).size());
    assertEquals(List.of(), uses("x", "prefetch loops around", words));
  }

  private static List<String> replaced() throws IOException {
    String glossary = Files.readString(GLOSSARY);
    int start = glossary.indexOf("## Words that are not used");
    List<String> words = new ArrayList<>();
    Matcher row = ROW.matcher(glossary.substring(start));
    while (row.find()) {
      if (!row.group(1).equals("not")) {
        words.add(row.group(1));
      }
    }
    assertFalse(words.isEmpty(), "the glossary replaces nothing");
    return words;
  }

  /** As words, over the end of a line in a comment, as a name in code and as a constant. */
  private static Pattern asPattern(String words) {
    return Pattern.compile(
        "(?<![a-z])" + words.replaceAll("[ -]", "[\\\\s*_-]*") + "(?![a-z])",
        Pattern.CASE_INSENSITIVE);
  }

  private static List<String> uses(String name, String text, List<Pattern> words) {
    List<String> found = new ArrayList<>();
    for (Pattern word : words) {
      Matcher use = word.matcher(text);
      while (use.find()) {
        long line = text.substring(0, use.start()).lines().count();
        found.add(name + ":" + line + " " + use.group().toLowerCase(Locale.ROOT));
      }
    }
    return found;
  }

  private static List<Path> texts() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files.filter(WordsTest::isLookedAt).filter(Files::isRegularFile).toList();
    }
  }

  private static boolean isLookedAt(Path file) {
    String path = ROOT.relativize(file).toString().replace('\\', '/');
    boolean text = path.endsWith(".java") || path.endsWith(".sql") || path.endsWith(".md");
    return text
        && !path.contains("target/")
        && !path.startsWith("docs/adr/")
        && !path.startsWith(".")
        && !path.endsWith("WordsTest.java")
        && !path.equals("docs/spec/glossary.md");
  }
}
