// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.spec;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** All rules of the specification, in its order. Immutable. */
public final class RuleBook {

  private final List<Family> families;
  private final Map<String, RuleText> rules;
  private final Set<String> withdrawn;

  private RuleBook(List<Family> families, Map<String, RuleText> rules, Set<String> withdrawn) {
    this.families = List.copyOf(families);
    this.rules = Collections.unmodifiableMap(rules);
    this.withdrawn = Collections.unmodifiableSet(withdrawn);
  }

  /**
   * The specification that belongs to this kit.
   *
   * @return the book, the same one every time
   */
  public static RuleBook standard() {
    return Standard.BOOK;
  }

  /**
   * Reads a specification.
   *
   * @param pages answers the text of a page by its file name, null when there is none
   * @return the book
   * @throws MalformedSpec when a page is missing or not in its form, or an id stands twice
   */
  public static RuleBook read(Function<String, @Nullable String> pages) {
    String overview = pages.apply(FamilyTable.FILE);
    if (overview == null) {
      throw new MalformedSpec("docs/spec/" + FamilyTable.FILE, 1, "there is no such file");
    }
    List<Family> families = FamilyTable.read(overview);
    Map<String, RuleText> rules = new LinkedHashMap<>();
    Set<String> withdrawn = new LinkedHashSet<>();
    for (Family family : families) {
      String text = pages.apply(family.page());
      if (text == null) {
        throw new MalformedSpec("docs/spec/" + family.page(), 1, "there is no such file");
      }
      RulePage page = RulePage.read(family, text);
      List<String> ids = new ArrayList<>(page.withdrawn());
      page.rules().forEach(rule -> ids.add(rule.id()));
      for (String id : ids) {
        if (rules.containsKey(id) || !withdrawn.add(id)) {
          throw new MalformedSpec(
              "docs/spec/" + family.page(), lineOf(text, id), id + " stands twice");
        }
      }
      page.rules()
          .forEach(rule -> {
            withdrawn.remove(rule.id());
            rules.put(rule.id(), rule);
          });
    }
    return new RuleBook(families, rules, withdrawn);
  }

  private static int lineOf(String text, String id) {
    int last = text.lastIndexOf("### " + id + " ");
    return 1 + (int) text.substring(0, Math.max(0, last)).chars().filter(c -> c == '\n').count();
  }

  /**
   * All families, in the order of the overview.
   *
   * @return the families
   */
  public List<Family> families() {
    return families;
  }

  /**
   * All rules, in the order of families and pages, without withdrawn ones.
   *
   * @return the rules
   */
  public List<RuleText> rules() {
    return List.copyOf(rules.values());
  }

  /**
   * The ids of withdrawn rules, which are never used again.
   *
   * @return the ids
   */
  public Set<String> withdrawn() {
    return withdrawn;
  }

  /**
   * A rule by its id.
   *
   * @param id the id
   * @return the rule, empty when there is none
   */
  public Optional<RuleText> find(String id) {
    return Optional.ofNullable(rules.get(id));
  }

  /**
   * Whether something is the id of a family.
   *
   * @param id the id, such as {@code LOCK}
   * @return true when it is
   */
  public boolean hasFamily(String id) {
    return families.stream().anyMatch(family -> family.id().equals(id));
  }

  /** Read at first use. */
  private static final class Standard {
    static final RuleBook BOOK = read(Standard::page);

    private static @Nullable String page(String name) {
      try (InputStream page = RuleBook.class.getResourceAsStream(name)) {
        return page == null ? null : new String(page.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
