// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

/**
 * A token, said without its number.
 *
 * @param instance whose
 * @param back how many deliveries ago, 0 for the last one
 * @param invented whether to make up a token of the future in its place
 */
record TokenRef(int instance, int back, boolean invented) {

  @Override
  public String toString() {
    return "token of i"
        + instance
        + (back == 0 ? "" : ", " + back + " before the last")
        + (invented ? ", made up" : "");
  }
}
