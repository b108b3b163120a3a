// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

/** What a start does under an id that was started before. */
public enum IdPolicy {
  /** It does nothing, and its result says so; another orchestration is refused. */
  USE_EXISTING,
  /** It is refused with {@link AlreadyStartedException}, whatever orchestration and input are. */
  REJECT,
  /**
   * Where the instance has ended, it begins anew with the orchestration's version and the input of
   * this start, as its next execution; the histories of those before it stay. Custom status and
   * key-values are cleared, and events that no code has waited for are dropped. One that has not
   * ended is left alone as with {@link #USE_EXISTING}.
   */
  REPLACE_FINISHED
}
