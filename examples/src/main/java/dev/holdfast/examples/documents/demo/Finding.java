// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.documents.demo;

/**
 * Something that the audit found wrong.
 *
 * @param kind what sort of thing
 * @param subject the run, with its step where it is one
 * @param detail what is wrong
 */
record Finding(Kind kind, String subject, String detail) {

  enum Kind {
    /** A run or step that has not ended. */
    STUCK("nothing stuck: every run ended, and nothing of it is open"),
    /** A step that did not end as it should, or whose effect is missing. */
    LOST("nothing lost: every step ended as in an undisturbed run, with its effect"),
    /** A step with two effects. */
    TWICE("nothing twice: each step has one effect, however often it was tried"),
    /** Other outputs, or an effect that should not be. */
    WRONG("nothing wrong: all outputs are those of an undisturbed run, and there is no more");

    private final String promise;

    Kind(String promise) {
      this.promise = promise;
    }

    /** What holds when there is no such finding. */
    String promise() {
      return promise;
    }
  }

  @Override
  public String toString() {
    return subject + ": " + detail;
  }
}
