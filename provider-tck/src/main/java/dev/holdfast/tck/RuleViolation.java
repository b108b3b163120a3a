// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A rule that does not hold. The message says all that is known; the parts are there for reports.
 */
public final class RuleViolation extends AssertionError {
  private static final long serialVersionUID = 1L;

  private final transient Finding finding;
  private final transient @Nullable Circumstances circumstances;

  /**
   * What a test found out.
   *
   * @param what what happened, in one sentence
   * @param expected what should have been
   * @param actual what was
   */
  public record Finding(String what, String expected, String actual) {}

  /**
   * Where and how it was found out.
   *
   * @param ruleId the rule
   * @param provider the provider under test
   * @param calls the last calls that led there, oldest first
   * @param replay how to run this rule alone in the same way
   */
  public record Circumstances(String ruleId, String provider, String calls, String replay) {}

  /**
   * Creates a violation as an expectation finds it; the extension adds the circumstances.
   *
   * @param finding what was found out
   */
  public RuleViolation(Finding finding) {
    super((Object) text(finding, null));
    this.finding = finding;
    this.circumstances = null;
  }

  /**
   * Creates a violation with everything that is known.
   *
   * @param finding what was found out
   * @param circumstances where and how
   * @param cause what the test threw; its stack trace becomes the one of this error
   */
  public RuleViolation(Finding finding, Circumstances circumstances, Throwable cause) {
    super(text(finding, circumstances), cause instanceof RuleViolation ? cause.getCause() : cause);
    this.finding = finding;
    this.circumstances = circumstances;
    setStackTrace(cause.getStackTrace());
  }

  /**
   * What was found out.
   *
   * @return the finding
   */
  public Finding finding() {
    return finding;
  }

  /**
   * Where and how it was found out.
   *
   * @return the circumstances, empty until the extension has added them
   */
  public Optional<Circumstances> circumstances() {
    return Optional.ofNullable(circumstances);
  }

  private static String text(Finding finding, @Nullable Circumstances circumstances) {
    StringBuilder text = new StringBuilder();
    if (circumstances == null) {
      text.append(finding.what);
    } else {
      text.append(circumstances.ruleId).append(" violated by ").append(circumstances.provider);
      line(text, "", finding.what);
    }
    line(text, "expected", finding.expected);
    line(text, "actual", finding.actual);
    if (circumstances != null) {
      line(text, "calls", circumstances.calls);
      line(text, "replay", circumstances.replay);
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String label, String content) {
    String indent = "\n            ";
    text.append("\n  ").append(label);
    if (!label.isEmpty()) {
      text.append(" ".repeat(Math.max(0, 10 - label.length())));
    }
    text.append(content.replace("\n", indent));
  }
}
