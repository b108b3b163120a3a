// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck;

/**
 * The provider failed before the first rule, in calls without which no rule can be tested. Nothing
 * is wrong with the fixture.
 */
public final class ProviderProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the problem.
   *
   * @param provider the provider in words
   * @param calls the calls that were made, with a mark at the one that failed
   * @param thrown what that one threw
   */
  public ProviderProblem(String provider, String calls, Throwable thrown) {
    super(
        "%s failed in its first calls, so that no rule could be tested. This is not about the fixture.\n  found     %s\n  calls     %s"
            .formatted(provider, thrown, calls.replace("\n", "\n            ")),
        thrown);
  }

  /**
   * Everything that is known: which call failed, how, and where in the provider.
   *
   * @return the message and the stack of the cause, down to where the kit begins
   */
  public String details() {
    return getMessage() + Causes.of(getCause());
  }
}
