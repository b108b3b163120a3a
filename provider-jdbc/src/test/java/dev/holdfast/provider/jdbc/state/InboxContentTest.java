// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.state.NewInboxMessage;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The hash by which a repeated message is recognised. */
class InboxContentTest {

  private static byte[] ofPayload(String messageId, String text) {
    return InboxContent.hash(NewInboxMessage.of(messageId, Payload.utf8(text)));
  }

  @Test
  void theIdIsNoPartOfIt() {
    assertThat(ofPayload("a", "text")).isEqualTo(ofPayload("b", "text"));
  }

  @Test
  void otherContentHasAnother() {
    assertThat(ofPayload("a", "text")).isNotEqualTo(ofPayload("a", "test"));
    assertThat(ofPayload("a", "")).isNotEqualTo(ofPayload("a", " "));
  }

  @Test
  void aReferenceIsNoPayloadOfTheSameText() {
    assertThat(InboxContent.hash(NewInboxMessage.reference("a", "text")))
        .isNotEqualTo(ofPayload("a", "text"))
        .isNotEqualTo(InboxContent.hash(NewInboxMessage.reference("a", "test")));
  }

  /** It is stored, so it is the same in every version. */
  @Test
  void itIsWhatItEverWas() {
    assertThat(HexFormat.of().formatHex(ofPayload("a", "")))
        .isEqualTo("4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a");
  }
}
