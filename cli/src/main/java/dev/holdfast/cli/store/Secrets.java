// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.store;

import java.util.regex.Pattern;

/** Keeps passwords out of what people read. Stateless and thread-safe. */
public final class Secrets {

  // The last '@' before the path: one that is not encoded may stand in a password.
  private static final Pattern IN_AUTHORITY = Pattern.compile("(//[^\\s/:@?]*):[^\\s/]*@");
  private static final Pattern IN_OPTION =
      Pattern.compile("(?i)([?&;]?\\b\\w*(?:password|passwd|secret|token)\\w*=)[^&\\s'\"]*");

  private Secrets() {}

  /** {@return the text with the passwords of the URLs in it taken out} */
  public static String masked(String text) {
    return IN_OPTION.matcher(IN_AUTHORITY.matcher(text).replaceAll("$1:***@")).replaceAll("$1***");
  }

  /** {@return whether a URL has a password in it} */
  static boolean has(String url) {
    return !masked(url).equals(url);
  }
}
