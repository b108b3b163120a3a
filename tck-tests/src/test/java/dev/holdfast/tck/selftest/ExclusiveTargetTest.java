// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.provider.Provider;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.fixture.ProviderIdentity;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.reference.ReferenceFixture;
import java.io.File;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult.Status;

/** A store that one process has for itself is believed only where that was tried. */
class ExclusiveTargetTest {

  @Test
  void aTargetThatOnlyClaimsToBeExclusiveIsFoundOut() {
    KitRun run =
        KitRun.of(
            KitRun.AllRules.class,
            Map.of("tck.fixture", ClaimsToBeExclusive.class.getName(), "tck.rules", "FIX-08"));

    KitRun.Ended test =
        run.ended(Status.FAILED).stream()
            .filter(one ->
                one.displayName()
                    .equals("FIX-08 the crash target is exclusive exactly where it says so"))
            .findFirst()
            .orElseThrow();
    String text = String.valueOf(test.result().getThrowable().orElseThrow().getMessage());
    assertTrue(text.contains("said: opened"), text);
  }

  @Test
  void whatNeedsASecondProcessIsLeftOutAndNotPassed() {
    KitRun run =
        KitRun.of(
            KitRun.AllRules.class,
            Map.of("tck.fixture", ClaimsToBeExclusive.class.getName(), "tck.rules", "POLL-05"));

    assertEquals(1, run.ended(Status.SUCCESSFUL).size());
    assertEquals(1, run.ended(Status.ABORTED).size());
    assertTrue(FixturePart.OTHER_PROCESS.dependsOnTheStore(""));
  }

  /** Every JVM has a store of its own by that name, so that nobody is refused. */
  public static final class ClaimsToBeExclusive implements TckFixture {
    private final ReferenceFixture right = new ReferenceFixture();

    /** Created by name. */
    public ClaimsToBeExclusive() {}

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
        public Optional<CrashTarget> crashTarget() {
          List<String> classPath =
              List.of(System.getProperty("java.class.path").split(File.pathSeparator));
          return Optional.of(
              new CrashTarget("reference:claimed", Map.of(), classPath, List.of()).exclusively());
        }

        @Override
        public void close() {
          store.close();
        }
      };
    }
  }
}
