// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck;

import dev.holdfast.tck.report.Legible;
import dev.holdfast.tck.spec.RuleText;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A rule that does not hold. The message says all that is known; the parts are there for reports.
 */
public final class RuleViolation extends AssertionError {
  private static final long serialVersionUID = 1L;

  private static final int WIDTH = 90;

  private final transient Finding finding;
  private final transient @Nullable Circumstances circumstances;

  /**
   * What a test found out.
   *
   * @param what what happened, in one sentence
   * @param expected what should have been, empty where the sentence says it
   * @param actual what was, empty where the sentence says it
   */
  public record Finding(String what, String expected, String actual) {}

  /**
   * Where and how it was found out.
   *
   * @param rule the rule
   * @param provider the provider under test
   * @param calls the last calls that led there, oldest first; empty when none were noted
   * @param test the test of the rule that found it out
   * @param replay how to run this rule alone in the same way
   */
  public record Circumstances(
      RuleText rule, String provider, String calls, String test, String replay) {

    /**
     * The rule's id.
     *
     * @return the id
     */
    public String ruleId() {
      return rule.id();
    }
  }

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
      RuleText rule = circumstances.rule;
      text.append(rule.id()).append(" violated by ").append(circumstances.provider);
      text.append("   (%s, %s, since %s)".formatted(rule.level(), rule.strength(), rule.since()));
      line(text, "rule", wrapped(rule.sentence()));
      line(text, "found", finding.what);
    }
    lineIfAny(text, "expected", finding.expected);
    lineIfAny(text, "actual", finding.actual);
    if (circumstances != null) {
      lineIfAny(text, "calls", marked(circumstances.calls));
      line(text, "check", list(circumstances.rule));
      line(text, "read", circumstances.rule.reference());
      line(text, "test", circumstances.test);
      line(text, "rerun", circumstances.replay);
    }
    return Legible.of(text.toString());
  }

  private static String marked(String calls) {
    return calls.contains("#") ? calls + "   <-- here" : calls;
  }

  private static String wrapped(String sentence) {
    return sentence.replaceAll("(.{1," + WIDTH + "})(?:\\s+|$)", "$1\n").stripTrailing();
  }

  private static String list(RuleText rule) {
    return rule.checks().stream().map(check -> "- " + check).collect(Collectors.joining("\n"));
  }

  private static void lineIfAny(StringBuilder text, String label, String content) {
    if (!content.isEmpty()) {
      line(text, label, content);
    }
  }

  private static void line(StringBuilder text, String label, String content) {
    text.append("\n  ").append(label).append(" ".repeat(Math.max(1, 10 - label.length())));
    text.append(content.replace("\n", "\n            "));
  }
}
