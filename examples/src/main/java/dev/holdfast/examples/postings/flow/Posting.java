// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.flow;

/**
 * A job posting as it comes in.
 *
 * @param id its id
 * @param feed where it comes from
 * @param title what is wanted, as carelessly as people write it; may be empty, and is then refused
 * @param company who wants it
 * @param place where
 * @param text what there is to say
 */
public record Posting(
    String id, String feed, String title, String company, String place, String text) {

  /** Whether nobody could work with it. */
  public boolean isRefused() {
    return title.isBlank();
  }

  /** What its queue is asked for. */
  public PostingCommand.Receive receive() {
    return new PostingCommand.Receive(feed, title, company, place, text);
  }
}
