// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

/**
 * One thing that is wrong with a graph. Immutable.
 *
 * @param kind what sort of thing
 * @param place where, such as {@code step "score", input "text"}
 * @param message what is wrong there, and what to do
 */
public record GraphProblem(Kind kind, String place, String message) {

  /** What may be wrong. */
  public enum Kind {
    /** A name or an id is not well formed, or makes ids of steps too long. */
    NAME,
    /** Two things that must differ have one name. */
    DUPLICATE,
    /** There is no step type of that name. */
    UNKNOWN_TYPE,
    /** There is no step of that id. */
    UNKNOWN_STEP,
    /** There is no input or output of that name. */
    UNKNOWN_PORT,
    /** An input is connected to nothing. */
    MISSING_INPUT,
    /** What comes is not what the input takes. */
    TYPE,
    /** What comes may be empty, and the input does not take that. */
    ABSENT,
    /** Steps wait for each other. */
    CYCLE,
    /** A step can never begin. */
    UNREACHABLE,
    /** A number or a duration is out of range. */
    LIMIT,
    /** Something is said where it means nothing. */
    MEANINGLESS,
    /** The JSON is not well formed, or a field has another form than it must. */
    FORM,
    /** A field of the JSON has a name that means nothing there. */
    UNKNOWN_FIELD,
    /** A field of the JSON is missing. */
    MISSING_FIELD
  }

  /** {@return place and message} */
  @Override
  public String toString() {
    return place.isEmpty() ? message : place + ": " + message;
  }
}
