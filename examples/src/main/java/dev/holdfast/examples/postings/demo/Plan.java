// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.demo;

/**
 * What the user wants.
 *
 * @param postings how many postings go through the pipeline
 * @param workers how many processes work at a time
 * @param kills how many of them are killed
 * @param seed decides who and when
 */
record Plan(int postings, int workers, int kills, long seed) {

  /** So many postings come late, while the rows are rebuilt: one of ten, and four at least. */
  int late() {
    return Math.max(4, postings / 10);
  }

  /** So many come first. */
  int first() {
    return postings - late();
  }
}
