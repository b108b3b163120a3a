// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.spec;

/** A page of the specification, or a list that belongs to it, is not in its form. */
public final class MalformedSpec extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param file the file
   * @param line the number of the line, from 1
   * @param problem what is wrong there
   */
  public MalformedSpec(String file, int line, String problem) {
    super(file + ":" + line + ": " + problem);
  }
}
