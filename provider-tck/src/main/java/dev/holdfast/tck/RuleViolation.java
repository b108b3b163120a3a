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
  private final transient long thread = Thread.currentThread().threadId();
  private final transient long nanos = System.nanoTime();
  private boolean onTheWay;
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
   * @param blamed who is to blame as far as the kit can know
   * @param calls the last calls that led there, oldest first, with a mark at the one that is wrong
   *     as far as the kit can know; empty when none were noted
   * @param test the test of the rule that found it out
   * @param replay how to run this rule alone in the same way
   */
  public record Circumstances(
      RuleText rule, String provider, Blamed blamed, String calls, String test, String replay) {

    /**
     * The rule's id.
     *
     * @return the id
     */
    public String ruleId() {
      return rule.id();
    }
  }

  /** Who is to blame. */
  public enum Blamed {
    /** The provider: what it answered is not what its rules say, or it failed in a call. */
    PROVIDER,
    /** The fixture: a rule about it does not hold. */
    FIXTURE
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
    // An error that nothing led to expect is not what a rule is about.
    this.onTheWay = !(cause instanceof RuleViolation violation) || violation.onTheWay;
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
   * Whether something that ended came before the test found this out, in the thread that did.
   *
   * @param threadId the thread in which it ended
   * @param endedNanos when it ended, by {@link System#nanoTime}
   * @return true when it may have led here
   */
  public boolean wasFoundAfter(long threadId, long endedNanos) {
    return threadId == thread && endedNanos - nanos <= 0;
  }

  /**
   * Says that a test fell over it on its way to what it is about: a helper of the kit expected
   * something that every test needs, and not the test itself.
   *
   * @return this
   */
  public RuleViolation foundOnTheWay() {
    onTheWay = true;
    return this;
  }

  /**
   * Whether a test fell over it on its way to what it is about.
   *
   * @return true when another rule may say more
   */
  public boolean isOnTheWay() {
    return onTheWay;
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
      text.append(headline(circumstances));
      text.append("   (%s, %s, since %s)".formatted(rule.level(), rule.strength(), rule.since()));
      line(text, "rule", wrapped(rule.sentence()));
      line(text, "found", finding.what);
    }
    lineIfAny(text, "expected", finding.expected);
    lineIfAny(text, "actual", finding.actual);
    if (circumstances != null) {
      lineIfAny(text, "calls", circumstances.calls);
      line(text, "check", list(circumstances.rule));
      line(text, "read", circumstances.rule.reference());
      line(text, "test", circumstances.test);
      line(text, "rerun", circumstances.replay);
    }
    return Legible.of(text.toString());
  }

  private static String headline(Circumstances circumstances) {
    RuleText rule = circumstances.rule;
    if (circumstances.blamed == Blamed.FIXTURE) {
      return rule.id() + " does not hold: the fixture of " + circumstances.provider + " is wrong";
    }
    return rule.family().isOfTheFixture()
        ? rule.id() + " cannot be tested: a call of " + circumstances.provider + " failed"
        : rule.id() + " violated by " + circumstances.provider;
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
