// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.Orchestration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** What JUnit makes of the extension and the base class. */
class ExtensionTest {

  private static final Activity<String, String> UPPER =
      Activity.named("upper", String.class, String.class);
  private static final Orchestration<String, String> SHOUT =
      Orchestration.named(
          "shout", String.class, String.class, (ctx, in) -> ctx.call(UPPER, in).await());
  private static final Orchestration<String, String> QUIET =
      Orchestration.named("shout", String.class, String.class, (ctx, in) -> in);

  private static final Queue<OrchestrationTest> SEEN = new ConcurrentLinkedQueue<>();
  private static Path folder = Path.of(".");

  @TempDir private Path directory;

  private static TestExecutionSummary run(Class<?> type) {
    SummaryGeneratingListener summary = new SummaryGeneratingListener();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request().selectors(selectClass(type)).build(),
            summary);
    return summary.getSummary();
  }

  @HoldfastTest
  static class Annotated {
    private OrchestrationTest before;

    @BeforeEach
    void before(OrchestrationTest test) {
      before = test;
      test.activity(UPPER).returns("X");
    }

    @Test
    void one(OrchestrationTest test) throws Exception {
      assertThat(test).isSameAs(before);
      assertThat(test.run(SHOUT, "same", "a")).isEqualTo("X");
      SEEN.add(test);
    }

    @Test
    void other(OrchestrationTest test) throws Exception {
      assertThat(test.run(SHOUT, "same", "b")).isEqualTo("X");
      SEEN.add(test);
    }

    @AfterEach
    void isStillOpen(OrchestrationTest test) {
      assertThat(test.status("same").state().isEnded()).isTrue();
    }
  }

  static class Prepared {
    @RegisterExtension
    static final HoldfastExtension HOLDFAST =
        HoldfastExtension.with(test -> test.activity(UPPER).returns("X"));

    @Test
    void one(OrchestrationTest test) throws Exception {
      assertThat(test.run(SHOUT, "same", "a")).isEqualTo("X");
      SEEN.add(test);
    }

    @Test
    void other(OrchestrationTest test) throws Exception {
      assertThat(test.run(SHOUT, "same", "b")).isEqualTo("X");
      SEEN.add(test);
    }
  }

  @HoldfastTest
  static class OfTheClass {
    OfTheClass(OrchestrationTest test) {
      SEEN.add(test);
    }

    @Test
    void one() {}
  }

  static class Replays extends RecordedHistoriesTest {
    @Override
    protected List<Orchestration<?, ?>> orchestrations() {
      return List.of(QUIET);
    }

    @Override
    protected Path folder() {
      return folder;
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {Annotated.class, Prepared.class})
  void eachTestHasAStoreOfItsOwnThatIsClosedAfterIt(Class<?> type) {
    SEEN.clear();

    TestExecutionSummary summary = run(type);

    assertThat(summary.getFailures()).isEmpty();
    assertThat(summary.getTestsSucceededCount()).isEqualTo(2);
    assertThat(SEEN).hasSize(2).doesNotHaveDuplicates();
    assertThat(SEEN)
        .allSatisfy(
            test -> assertThatThrownBy(test::client).hasMessageContaining("the test is closed"));
  }

  @Test
  void aClassHasNoTestOfItsOwn() {
    SEEN.clear();

    TestExecutionSummary summary = run(OfTheClass.class);

    assertThat(summary.getFailures())
        .anySatisfy(failure ->
            assertThat(failure.getException()).hasMessageContaining("belongs to one test"));
    assertThat(SEEN).isEmpty();
  }

  @Test
  void eachFileOfAFolderIsReplayed() throws Exception {
    try (OrchestrationTest test = OrchestrationTest.create()) {
      test.orchestration(QUIET);
      test.run(QUIET, "quiet", "a");
      Files.writeString(directory.resolve("good.json"), test.history("quiet").toJson());
    }
    try (OrchestrationTest test = OrchestrationTest.create()) {
      test.activity(UPPER).returns("A");
      test.run(SHOUT, "loud", "a");
      Path below = Files.createDirectory(directory.resolve("below"));
      Files.writeString(below.resolve("other.json"), test.history("loud").toJson());
    }
    Files.writeString(directory.resolve("broken.json"), "{}");
    Files.writeString(directory.resolve("read.me"), "no history");
    folder = directory;

    TestExecutionSummary summary = run(Replays.class);

    assertThat(summary.getTestsSucceededCount()).isEqualTo(1);
    assertThat(summary.getFailures())
        .extracting(failure -> failure.getException().getMessage())
        .hasSize(2)
        .anySatisfy(text -> assertThat(text).contains("broken.json", "format is missing"))
        .anySatisfy(text ->
            assertThat(text)
                .contains(
                    "other.json, execution 1",
                    "at event 2 the history has ActivityScheduled \"upper\"",
                    "the code did OrchestrationCompleted"));
  }

  @Test
  void aFolderWithoutFilesIsAnError() {
    folder = directory;
    assertThat(run(Replays.class).getFailures())
        .singleElement()
        .satisfies(failure ->
            assertThat(failure.getException()).hasMessageContaining("no recorded histories"));

    folder = directory.resolve("missing");
    assertThat(run(Replays.class).getFailures()).hasSize(1);
  }
}
