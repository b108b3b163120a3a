// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.spec;

/** How binding a rule is. */
public enum Strength {
  /** A violation fails the level that the rule belongs to. */
  MUST,
  /** A violation is reported, and the verdict stays. */
  SHOULD
}
