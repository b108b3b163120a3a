// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.crash;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.tck.FixtureProblem;
import dev.holdfast.tck.RuleViolation;
import dev.holdfast.tck.fixture.CrashTarget;
import java.io.File;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A child that fails takes its reason with it into the text of the failure. */
class ChildJvmTest {
  private static final List<String> CLASS_PATH =
      List.of(System.getProperty("java.class.path").split(File.pathSeparator));

  private static CrashTarget target(String url, String... jvmArguments) {
    return new CrashTarget(url, Map.of(), CLASS_PATH, List.of(jvmArguments));
  }

  @Test
  void whatAFailedChildThrewIsTold() {
    try (ChildJvm child = ChildJvm.start(target("nobody:knows-this"), Task.IDENTITY)) {
      assertThatThrownBy(() -> child.line("identity"))
          .isInstanceOf(RuleViolation.class)
          .hasMessageContainingAll(
              "ended with 4",
              "it said last:",
              "failed dev.holdfast.provider.ProviderError$Misconfigured",
              "Its standard error:",
              "at dev.holdfast.tck.crash.ChildMain.main");
    }
  }

  private static String identityOf(CrashTarget target) {
    try (ChildJvm child = ChildJvm.start(target, Task.IDENTITY)) {
      return child.line("identity");
    }
  }

  @Test
  void whyAChildCouldNotEvenBeginIsTold() {
    assertThatThrownBy(() -> identityOf(target("any:url", "-XX:NoSuchOption=1")))
        .isInstanceOf(FixtureProblem.class)
        .hasMessageContainingAll(
            "The crash target", "ended with 1 and said nothing", "NoSuchOption");
  }
}
