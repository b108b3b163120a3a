// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.Feature;

/** A change of an inbox. Needs {@link Feature#INBOX}. Immutable. */
public sealed interface InboxChange extends Change permits AppendInbox, ConsumeInbox {

  /** {@return the inbox} */
  InboxKey key();

  @Override
  default String runId() {
    return key().runId();
  }

  @Override
  default Feature feature() {
    return Feature.INBOX;
  }
}
