// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck;

import org.jspecify.annotations.Nullable;

/** The kit was set up wrongly or the fixture does not work; says nothing about the provider. */
public final class FixtureProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String kind;

  /**
   * Creates the problem.
   *
   * @param detail what is wrong and what to change
   */
  public FixtureProblem(String detail) {
    this(detail, null);
  }

  /**
   * Creates the problem with its cause.
   *
   * @param detail what is wrong and what to change
   * @param cause the underlying failure
   */
  public FixtureProblem(String detail, @Nullable Throwable cause) {
    this(detail, detail, cause);
  }

  private FixtureProblem(String kind, String detail, @Nullable Throwable cause) {
    super(detail, cause);
    this.kind = kind;
  }

  /**
   * The problem of a part that threw something.
   *
   * @param part the part in words
   * @param call its interface and method
   * @param arguments the arguments in words, empty for none
   * @param thrown what it threw
   * @return the problem
   */
  public static FixtureProblem ofPart(
      String part, String call, String arguments, Throwable thrown) {
    String name = thrown.getClass().getName();
    String message = thrown.getMessage();
    return new FixtureProblem(
        call + " threw " + name,
        "A part of the fixture failed, which says nothing about the provider: %s, in %s(%s): %s%s"
            .formatted(part, call, arguments, name, message == null ? "" : ": " + message),
        thrown);
  }

  /**
   * What this problem has in common with others that are the same one, whichever rule met it.
   *
   * @return the kind, not for people
   */
  public String kind() {
    return kind;
  }

  /**
   * Everything that is known: what is wrong, and where the cause comes from.
   *
   * @return the message and, where there is a cause, its stack down to where the kit begins
   */
  public String details() {
    // That a class cannot be found or made is said by the message; its stack is that of the kit.
    return getMessage()
        + Causes.of(getCause() instanceof ReflectiveOperationException ? null : getCause());
  }
}
