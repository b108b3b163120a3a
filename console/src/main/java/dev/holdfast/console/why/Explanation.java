// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.why;

import java.util.ArrayList;
import java.util.List;

/**
 * Why an instance is, or is not, moving. Not thread-safe.
 *
 * <p>Sentences say what is, advice says what to do about it.
 */
public final class Explanation {

  private final String standing;
  private final List<String> sentences = new ArrayList<>();
  private final List<String> advice = new ArrayList<>();

  Explanation(String standing) {
    this.standing = standing;
  }

  Explanation say(String sentence, Object... values) {
    sentences.add(values.length == 0 ? sentence : sentence.formatted(values));
    return this;
  }

  Explanation advise(String sentence, Object... values) {
    advice.add(values.length == 0 ? sentence : sentence.formatted(values));
    return this;
  }

  /** {@return the reason in a word, for programs} */
  public String standing() {
    return standing;
  }

  /** {@return what is} */
  public List<String> sentences() {
    return List.copyOf(sentences);
  }

  /** {@return what to do; none when there is nothing to do} */
  public List<String> advice() {
    return List.copyOf(advice);
  }
}
