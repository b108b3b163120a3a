// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.http;

/** A request that is refused. Immutable. */
public final class HttpProblem extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;

  /**
   * Creates the refusal.
   *
   * @param status the status of the answer, 400 or more
   * @param code what is wrong in a word, for programs
   * @param message the same for people
   */
  public HttpProblem(int status, String code, String message) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
  }

  /** {@return a refusal of what was asked for} */
  public static HttpProblem badRequest(String message) {
    return new HttpProblem(400, "bad-request", message);
  }

  /** {@return a refusal because there is nothing} */
  public static HttpProblem notFound(String message) {
    return new HttpProblem(404, "not-found", message);
  }

  /** {@return a refusal because what is there does not allow it} */
  public static HttpProblem conflict(String message) {
    return new HttpProblem(409, "conflict", message);
  }

  /** {@return the status of the answer} */
  public int status() {
    return status;
  }

  /** {@return what is wrong in a word} */
  public String code() {
    return code;
  }
}
