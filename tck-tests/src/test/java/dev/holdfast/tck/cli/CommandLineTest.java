// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.provider.Provider;
import dev.holdfast.tck.fixture.ProviderIdentity;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.reference.ReferenceFixture;
import dev.holdfast.tck.selftest.BrokenProviders;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command line ends with the code that says what happened, and never with 0 without a run. */
class CommandLineTest {

  private static final String SERVICE = "META-INF/services/" + TckFixture.class.getName();

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void whatHoldsEndsWithZeroAndAReport() throws IOException {
    assertEquals(0, tck("--provider", "reference", "--rules", "LOCK-04,CREATE", "--seed", "17"));

    assertTrue(out.toString().contains("provider \"reference\" 1: PARTIAL"), out.toString());
    JsonNode json = new JsonMapper().readTree(folder.resolve("report/report.json").toFile());
    assertEquals("PARTIAL", json.get("verdict").asString());
    assertEquals(17, json.get("run").get("seed").asInt());
    assertEquals("standing", json.get("run").get("clock").asString());
    assertEquals("PASSED", rule(json, "LOCK-04").get("status").asString());
    assertEquals("NOT_RUN", rule(json, "LOCK-05").get("status").asString());
    String markdown = Files.readString(folder.resolve("report/report.md"));
    assertTrue(markdown.startsWith("# Conformance of provider \"reference\" 1\n"), markdown);
    assertTrue(
        markdown.contains("tck --provider reference --rules CREATE,LOCK-04 --seed 17"), markdown);
  }

  @Test
  void theReportPageNeedsNothingElse() throws IOException {
    tck("--fixture", BrokenProviders.MERGES_MESSAGES, "--rules", "LOCK-05");

    String page = Files.readString(folder.resolve("report/report.html"));
    for (String outside : List.of("<script", "http:", "https:", "src=", "@import", "url(")) {
      assertFalse(page.contains(outside), outside);
    }
    assertTrue(page.contains("start-&gt;order&lt;14 bytes"), "not escaped");
    assertTrue(page.contains("LOCK-05 violated by"), page);
  }

  @Test
  void aViolationEndsWithOneAndSaysHowToRunItAgain() {
    int code = tck("--fixture", BrokenProviders.MERGES_MESSAGES, "--rules", "LOCK", "--seed", "5");

    assertEquals(1, code);
    for (String part :
        List.of(
            "LOCK-05 violated by provider \"reference\" 1   (core, MUST, since 1.0)",
            "  rule      After the lock end the next item has the old messages",
            "  expected  [start->order",
            "<-- here\n",
            "  check     - are messages bound to the old token?\n",
            "  read      docs/spec/lock.md#lock-05--must--since-10\n",
            "--rules LOCK-05 --seed 5\n")) {
      assertTrue(out.toString().contains(part), part + " is missing in " + out);
    }
  }

  @Test
  void ofManyFailuresTheSummarySaysWhichOneToRead() {
    assertEquals(
        1, tck("--fixture", BrokenProviders.MERGES_MESSAGES, "--rules", "CREATE,LOCK,QUEUE"));

    String summary = out.toString().substring(out.toString().indexOf("VIOLATED"));
    assertTrue(summary.contains("  Read first: "), summary);
    assertTrue(summary.contains("  Perhaps by the same fault"), summary);
  }

  @Test
  void tooLittleEndsWithThree() {
    assertEquals(3, tck("--fixture", NothingOffered.class.getName(), "--rules", "CRASH-01"));
    assertTrue(out.toString().contains("NOT MEASURED"), out.toString());
  }

  @Test
  void whatIsMissingOrAmbiguousEndsWithTwo() throws IOException {
    expectProblem("There is nothing to test");
    expectProblem("for the provider \"acme\"", "--provider", "acme");
    expectProblem("com.example.Missing", "--fixture", "com.example.Missing");
    expectProblem(
        "is for provider \"reference\" 1 and not",
        "--provider",
        "acme",
        "--fixture",
        ReferenceFixture.class.getName());
    expectProblem("The URL needs {store}", "--url", "reference:orders");
    expectProblem("no provider accepts", "--url", "nosuch:{store}");
    expectProblem("names nowhere.jar", "--provider", "reference", "--class-path", "nowhere.jar");
    assertEquals(2, tck("--no-such-option"));
    assertEquals(2, tck("--provider", "reference", "--seed", "soon"));
  }

  @Test
  void twoFixturesEndWithTwoAndAreNamed() throws IOException {
    Path both = folder.resolve("both");
    Files.writeString(
        both, ReferenceFixture.class.getName() + "\n" + NothingOffered.class.getName());
    URL services = both.toUri().toURL();
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(
        new ClassLoader(before) {
          @Override
          public Enumeration<URL> getResources(String name) throws IOException {
            return name.equals(SERVICE)
                ? Collections.enumeration(List.of(services))
                : super.getResources(name);
          }
        });
    try {
      expectProblem("More than one fixture was found", "--provider", "reference");
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void aFixtureThatThrowsEndsWithTwo() {
    expectProblem("no room", "--fixture", ThrowsAtOnce.class.getName());
    expectProblem("no store", "--fixture", ThrowsForStores.class.getName());
    ThrowsLater.stores = 0;
    assertEquals(
        2, tck("--fixture", ThrowsLater.class.getName(), "--rules", "LOCK"), out::toString);
    assertTrue(out.toString().contains("no more stores"), out.toString());
    assertTrue(out.toString().contains("MISCONFIGURED"), out.toString());
  }

  @Test
  void rulesThatDoNotExistEndWithTwo() {
    expectProblem("lists no rule", "--provider", "reference", "--rules", ",");
    expectProblem("LOOK-04", "--provider", "reference", "--rules", "LOCK-04,LOOK-04");
    expectProblem("LOCK-99", "--provider", "reference", "--rules", "LOCK-99");
  }

  @Test
  void waiversDecideAsTheySay() throws IOException {
    String broken = BrokenProviders.MERGES_MESSAGES;
    assertEquals(
        0,
        tck(
            "--fixture",
            broken,
            "--rules",
            "LOCK-05",
            "--waivers",
            waivers("LOCK-05 | known | until 2999-01-01")));
    assertTrue(out.toString().contains("PARTIAL"), out.toString());
    assertTrue(out.toString().contains("Waived: LOCK-05."), out.toString());
    expectProblem(
        "LOCK-04 is waived and did not fail",
        "--provider",
        "reference",
        "--rules",
        "LOCK-04",
        "--waivers",
        waivers("LOCK-04 | known | until 2999-01-01"));
    expectProblem(
        "ended on",
        "--provider",
        "reference",
        "--waivers",
        waivers("LOCK-04 | known | until 2001-01-01"));
    expectProblem(
        "no rule LOOK-04",
        "--provider",
        "reference",
        "--waivers",
        waivers("LOOK-04 | known | until 2999-01-01"));
    expectProblem(
        "cannot be read",
        "--provider",
        "reference",
        "--waivers",
        folder.resolve("nowhere").toString());
  }

  @Test
  void aReportThatCannotBeWrittenEndsWithTwoBeforeAnythingRuns() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    expectProblem(
        "cannot be written",
        "--provider",
        "reference",
        "--report",
        file.resolve("report").toString());
    assertFalse(out.toString().contains("reference"), out.toString());
  }

  @Test
  void theReportOfAnEarlierRunDoesNotSurviveARunThatEndsEarly() {
    assertEquals(0, tck("--provider", "reference", "--rules", "LOCK-04"));
    assertTrue(Files.exists(folder.resolve("report/report.json")));

    expectProblem("no store", "--fixture", ThrowsForStores.class.getName());
    assertFalse(Files.exists(folder.resolve("report/report.json")));
  }

  @Test
  void noneMeansNoReport() throws IOException {
    Path here = Path.of("none").toAbsolutePath();
    assertFalse(Files.exists(here), here + " is in the way");
    try {
      assertEquals(0, tck("--provider", "reference", "--rules", "LOCK-04", "--report", "none"));
      assertFalse(Files.exists(here), "a directory with the name none was made");
      assertFalse(out.toString().contains("report"), out.toString());
    } finally {
      try (Stream<Path> files = Files.exists(here) ? Files.walk(here) : Stream.of()) {
        files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
      }
    }
  }

  @Test
  void eachFamilyIsToldWhenItHasEnded() {
    assertEquals(
        1, tck("--fixture", BrokenProviders.MERGES_MESSAGES, "--rules", "SPI-01,LOCK,CREATE"));

    List<String> lines = out.toString().lines().toList();
    List<String> families = List.of("SPI", "CREATE", "LOCK");
    List<Integer> places = new ArrayList<>();
    for (String family : families) {
      places.add(
          IntStream.range(0, lines.size())
              .filter(i -> lines.get(i).matches(" +" + family + " +\\d+ .*, .+ [µm]?s"))
              .findFirst()
              .orElseThrow(() -> new AssertionError(family + " is missing in " + out)));
    }
    assertEquals(places.stream().sorted().toList(), places, "in the order of the specification");
    assertTrue(lines.get(places.get(2)).matches(".* failed \\(.*LOCK-05.*\\), .*"), out.toString());
    assertTrue(lines.get(0).startsWith("provider \"reference\" 1: rules "), lines.get(0));
  }

  @Test
  void listsRulesAndOptionsWithoutARun() {
    assertEquals(0, tck("--list"));
    assertTrue(out.toString().contains("LOCK-04    MUST   A token is good for its own lock only."));
    assertEquals(0, tck("--help"));
    assertTrue(out.toString().contains("--waivers"), out.toString());
  }

  @Test
  void storesByUrlHaveWhatCanBeFoundOut() throws IOException {
    assertEquals(0, tck("--url", "reference:{store}", "--rules", "LOCK-05"));

    JsonNode json = new JsonMapper().readTree(folder.resolve("report/report.json").toFile());
    assertEquals("standing", json.get("run").get("clock").asString());
  }

  private int tck(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    if (!all.contains("--report")) {
      all.addAll(List.of("--report", folder.resolve("report").toString()));
    }
    return TckMain.execute(
        new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
  }

  private void expectProblem(String words, String... arguments) {
    assertEquals(2, tck(arguments), () -> out + "\n" + err);
    assertTrue(err.toString().contains(words), () -> words + " is missing in " + err);
    assertFalse(err.toString().contains("\tat "), "a stack trace explains nothing to a user");
  }

  private String waivers(String line) throws IOException {
    return Files.writeString(folder.resolve("waivers.txt"), line + "\n").toString();
  }

  private static JsonNode rule(JsonNode json, String id) {
    for (JsonNode rule : json.get("rules")) {
      if (rule.get("id").asString().equals(id)) {
        return rule;
      }
    }
    throw new AssertionError(id);
  }

  /** The reference provider with another fixture, which can be created. */
  public static class NothingOffered implements TckFixture {
    final ReferenceFixture right = new ReferenceFixture();

    /** Created by name. */
    public NothingOffered() {}

    @Override
    public ProviderIdentity provider() {
      return right.provider();
    }

    @Override
    public TestStore freshStore(String purpose) {
      TestStore store = right.freshStore(purpose);
      return new TestStore() {
        @Override
        public Provider open() {
          return store.open();
        }

        @Override
        public void close() {
          store.close();
        }
      };
    }
  }

  /** Cannot be created. */
  public static final class ThrowsAtOnce extends NothingOffered {
    /** Created by name. */
    public ThrowsAtOnce() {
      throw new IllegalStateException("no room");
    }
  }

  /** Has no stores. */
  public static final class ThrowsForStores extends NothingOffered {
    /** Created by name. */
    public ThrowsForStores() {}

    @Override
    public TestStore freshStore(String purpose) {
      throw new IllegalStateException("no store");
    }
  }

  /** Has a few stores. */
  public static final class ThrowsLater extends NothingOffered {
    static int stores;

    /** Created by name. */
    public ThrowsLater() {}

    @Override
    public TestStore freshStore(String purpose) {
      if (++stores > 3) {
        throw new IllegalStateException("no more stores");
      }
      return right.freshStore(purpose);
    }
  }
}
