// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.stream;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.stream.Tag;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The tags of an event as one text: pairs in order, with characters between them that no identifier
 * has. Stateless.
 */
public final class TagTexts {

  private static final String BETWEEN_PARTS = "\u001F";
  private static final String BETWEEN_TAGS = "\u001E";

  private TagTexts() {}

  /**
   * Writes tags.
   *
   * @param tags the tags
   * @return the text, equal for equal sets; empty for none
   */
  public static String encode(Set<Tag> tags) {
    return tags.stream()
        .sorted(Comparator.comparing(Tag::key).thenComparing(Tag::value))
        .map(tag -> tag.key() + BETWEEN_PARTS + tag.value())
        .collect(Collectors.joining(BETWEEN_TAGS));
  }

  /**
   * Reads tags back.
   *
   * @param text what was written
   * @return the tags
   * @throws InvalidRequest when it is no such text
   */
  public static Set<Tag> decode(String text) {
    Set<Tag> tags = new HashSet<>();
    if (!text.isEmpty()) {
      for (String tag : text.split(BETWEEN_TAGS, -1)) {
        int between = tag.indexOf(BETWEEN_PARTS);
        if (between < 0) {
          throw new InvalidRequest("Tag", "a tag has no value");
        }
        tags.add(new Tag(tag.substring(0, between), tag.substring(between + 1)));
      }
    }
    return tags;
  }
}
