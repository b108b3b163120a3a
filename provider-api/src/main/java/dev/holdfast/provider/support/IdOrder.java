// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.support;

import java.util.Arrays;
import java.util.Comparator;

/** The order of identifiers in lists (ADMIN-03). Stateless. */
public final class IdOrder {

  /**
   * By code point, as stores sort bytes of UTF-8. The order of {@code String} differs where one of
   * two characters is a surrogate pair.
   */
  public static final Comparator<String> BY_CODE_POINT =
      Comparator.comparing(id -> id.codePoints().toArray(), Arrays::compare);

  private IdOrder() {}
}
