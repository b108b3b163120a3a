// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.admin;

import dev.holdfast.provider.admin.TreeMember;
import dev.holdfast.provider.support.IdOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Puts the members of a tree in order: level by level, by code point within one. Stateless. */
final class Levels {

  private Levels() {}

  /**
   * The members in order.
   *
   * @param rootId where the tree begins; it may be its own descendant
   * @param members all members, each once
   */
  static List<TreeMember> of(String rootId, List<TreeMember> members) {
    Map<String, List<TreeMember>> children = new HashMap<>();
    List<TreeMember> ordered = new ArrayList<>();
    for (TreeMember member : members) {
      if (member.instanceId().equals(rootId)) {
        ordered.add(member);
      } else if (member.parentInstanceId() != null) {
        children.computeIfAbsent(member.parentInstanceId(), id -> new ArrayList<>()).add(member);
      }
    }
    for (int at = 0; at < ordered.size(); at++) {
      List<TreeMember> next = children.getOrDefault(ordered.get(at).instanceId(), List.of());
      next.stream()
          .sorted(Comparator.comparing(TreeMember::instanceId, IdOrder.BY_CODE_POINT))
          .forEach(ordered::add);
    }
    return ordered;
  }
}
