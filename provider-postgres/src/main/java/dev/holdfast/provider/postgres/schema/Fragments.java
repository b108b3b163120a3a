// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.schema;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Includes what several statements share: {@code :include(name; key = text; other = text)} is
 * replaced by the file {@code fragments/name.sql}, with {@code {key}} and {@code {other}} replaced
 * in it. The replacement is text, so it costs nothing when the statement runs. Fragments may
 * include others. Stateless.
 */
final class Fragments {

  private static final String INCLUDE = ":include(";
  private static final Pattern HOLE = Pattern.compile("\\{([a-z_]+)}");
  private static final Pattern COMMENT_IN_FRONT = Pattern.compile("\\A(?:\\s*--[^\\n]*\\n)+");

  private Fragments() {}

  /** {@return the text with everything included} */
  static String expand(String sql) {
    int start = sql.indexOf(INCLUDE);
    if (start < 0) {
      return sql;
    }
    StringBuilder expanded = new StringBuilder();
    int from = 0;
    while (start >= 0) {
      int end = end(sql, start + INCLUDE.length());
      expanded
          .append(sql, from, start)
          .append(expand(fragment(sql.substring(start + INCLUDE.length(), end))));
      from = end + 1;
      start = sql.indexOf(INCLUDE, from);
    }
    return expanded.append(sql, from, sql.length()).toString();
  }

  /** Finds where the parenthesis closes that was opened before. */
  private static int end(String sql, int from) {
    int depth = 1;
    for (int i = from; i < sql.length(); i++) {
      char c = sql.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    throw new IllegalStateException("an :include( without end in " + sql);
  }

  private static String fragment(String directive) {
    Map<String, String> parts = parts(directive);
    String name = parts.keySet().iterator().next();
    parts.remove(name);
    String text = SchemaFiles.FILES.read("fragments/" + name + ".sql");
    text = COMMENT_IN_FRONT.matcher(text).replaceFirst("").strip();
    Set<String> missing =
        new HashSet<>(HOLE.matcher(text).results().map(hole -> hole.group(1)).toList());
    if (!missing.equals(parts.keySet())) {
      throw new IllegalStateException(
          "the fragment %s has %s to be filled in, and is given %s"
              .formatted(name, missing, parts.keySet()));
    }
    return HOLE.matcher(text)
        .replaceAll(
            (MatchResult hole) -> Matcher.quoteReplacement(parts.getOrDefault(hole.group(1), "")));
  }

  /** {@return the parts of a directive: the name, and what is to be filled in} */
  private static Map<String, String> parts(String directive) {
    Map<String, String> parts = new LinkedHashMap<>();
    int depth = 0;
    int from = 0;
    for (int i = 0; i <= directive.length(); i++) {
      char c = i == directive.length() ? ';' : directive.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (c == ';' && depth == 0) {
        String part = directive.substring(from, i);
        int equals = parts.isEmpty() ? -1 : part.indexOf('=');
        parts.put(
            (equals < 0 ? part : part.substring(0, equals)).strip(),
            equals < 0 ? "" : part.substring(equals + 1).strip());
        from = i + 1;
      }
    }
    return parts;
  }
}
