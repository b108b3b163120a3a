// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.retention;

import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.state.RunStatus;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a policy from JSON. A member that is not known is an error: a misspelt one must not have
 * something go, or stay, unnoticed.
 */
final class PolicyReader {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern SHORT = Pattern.compile("(\\d{1,9}) ?([smhd])");

  private PolicyReader() {}

  static RetentionPolicy read(String json) {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("it is no JSON: " + e.getOriginalMessage(), e);
    }
    members(
        root,
        "the policy",
        "instances",
        "executions",
        "runs",
        "inbox",
        "audit",
        "snapshots",
        "holds");
    RetentionPolicy.Builder policy = RetentionPolicy.builder();
    for (JsonNode rule : list(root, "instances")) {
      members(rule, "instances", "name", "statuses", "after");
      policy.instances(
          new InstanceRule(
              text(rule, "instances", "name"),
              statuses(rule, "instances", ExecutionStatus.values()),
              need(rule, "instances")));
    }
    for (JsonNode rule : list(root, "executions")) {
      members(rule, "executions", "name", "keepLast", "after");
      policy.executions(
          new ExecutionRule(
              text(rule, "executions", "name"),
              number(rule, "executions", "keepLast"),
              time(rule, "executions", "after")));
    }
    for (JsonNode rule : list(root, "runs")) {
      members(rule, "runs", "kind", "statuses", "after");
      policy.runs(
          new RunRule(
              text(rule, "runs", "kind"),
              statuses(rule, "runs", RunStatus.values()),
              need(rule, "runs")));
    }
    for (JsonNode rule : list(root, "snapshots")) {
      members(rule, "snapshots", "category", "keep");
      String category = text(rule, "snapshots", "category");
      if (category == null) {
        throw wrong("snapshots", "category", "is missing");
      }
      policy.snapshots(new SnapshotRule(category, number(rule, "snapshots", "keep")));
    }
    Duration inbox = time(root, "the policy", "inbox");
    if (inbox != null) {
      policy.inbox(inbox);
    }
    Duration audit = time(root, "the policy", "audit");
    if (audit != null) {
      policy.audit(audit);
    }
    for (JsonNode hold : list(root, "holds")) {
      if (!hold.isString()) {
        throw wrong("the policy", "holds", "has something that is no text");
      }
      policy.hold(hold.stringValue());
    }
    return policy.build();
  }

  private static void members(JsonNode node, String where, String... known) {
    if (!node.isObject()) {
      throw new IllegalArgumentException(where + ": an object is expected, not " + node);
    }
    for (String name : node.propertyNames()) {
      if (!Arrays.asList(known).contains(name)) {
        throw wrong(where, name, "is not known; there are " + String.join(", ", known));
      }
    }
  }

  private static List<JsonNode> list(JsonNode root, String name) {
    JsonNode list = root.path(name);
    if (list.isMissingNode()) {
      return List.of();
    }
    if (!list.isArray()) {
      throw wrong("the policy", name, "is no list");
    }
    return list.valueStream().toList();
  }

  private static @Nullable String text(JsonNode node, String where, String name) {
    JsonNode value = node.path(name);
    if (value.isMissingNode()) {
      return null;
    }
    if (!value.isString()) {
      throw wrong(where, name, "is no text");
    }
    return value.stringValue();
  }

  private static int number(JsonNode node, String where, String name) {
    JsonNode value = node.path(name);
    if (!value.isInt()) {
      throw wrong(where, name, value.isMissingNode() ? "is missing" : "is no number");
    }
    return value.intValue();
  }

  /** The time of a rule that must say one, so that "never" is said and not forgotten. */
  private static @Nullable Duration need(JsonNode rule, String where) {
    String text = text(rule, where, "after");
    if (text == null) {
      throw wrong(where, "after", "is missing; it is a time, or \"never\"");
    }
    return text.equals("never") ? null : time(rule, where, "after");
  }

  private static @Nullable Duration time(JsonNode node, String where, String name) {
    String text = text(node, where, name);
    if (text == null) {
      return null;
    }
    Matcher brief = SHORT.matcher(text);
    try {
      if (!brief.matches()) {
        return Duration.parse(text);
      }
      long count = Long.parseLong(brief.group(1));
      return switch (brief.group(2)) {
        case "s" -> Duration.ofSeconds(count);
        case "m" -> Duration.ofMinutes(count);
        case "h" -> Duration.ofHours(count);
        default -> Duration.ofDays(count);
      };
    } catch (DateTimeParseException e) {
      throw wrong(where, name, "is \"" + text + "\"; a time is as in 30d, 12h or P30D");
    }
  }

  private static <E extends Enum<E>> Set<E> statuses(JsonNode rule, String where, E[] known) {
    Function<E, String> word = status -> status.name().toLowerCase(Locale.ROOT);
    Set<E> statuses = new HashSet<>();
    JsonNode list = rule.path("statuses");
    if (!list.isMissingNode() && !list.isArray()) {
      throw wrong(where, "statuses", "is no list");
    }
    for (JsonNode one : list) {
      statuses.add(
          Arrays.stream(known)
              .filter(status -> one.isString() && word.apply(status).equals(one.stringValue()))
              .findFirst()
              .orElseThrow(() -> wrong(where, "statuses", "has " + one + ", which is no status")));
    }
    return statuses;
  }

  private static IllegalArgumentException wrong(String where, String name, String what) {
    return new IllegalArgumentException("%s: \"%s\" %s".formatted(where, name, what));
  }
}
