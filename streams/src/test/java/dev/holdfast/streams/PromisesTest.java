// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Every promise has a test, here or where the file {@code promises.txt} says; what is still open
 * stands there too, and may not have one.
 */
class PromisesTest {

  private static final Path FILE = Path.of("src/test/resources/dev/holdfast/streams/promises.txt");

  private static final Set<String> ALL =
      IntStream.rangeClosed(1, 42)
          .mapToObj("ES-%02d"::formatted)
          .collect(Collectors.toCollection(TreeSet::new));

  private static final JavaClasses CLASSES =
      new ClassFileImporter().importPackages("dev.holdfast.streams");

  @Test
  void everyPromiseHasATestOrIsOpen() throws IOException {
    Map<String, String> elsewhere = listed();
    Set<String> open = new TreeSet<>();
    Set<String> shown = new TreeSet<>(shownHere().keySet());
    elsewhere.forEach((promise, where) -> (where.equals("open") ? open : shown).add(promise));

    Set<String> neither = new TreeSet<>(ALL);
    neither.removeAll(shown);
    neither.removeAll(open);
    assertThat(neither).as("without a test, and not listed as open in " + FILE).isEmpty();
    assertThat(ALL).as("promises there are").containsAll(shown).containsAll(open);
    open.retainAll(shown);
    assertThat(open).as("listed as open in " + FILE + ", and shown by a test").isEmpty();
  }

  @Test
  void whatIsShownElsewhereIsNamedThere() throws IOException {
    for (Map.Entry<String, String> listed : listed().entrySet()) {
      if (!listed.getValue().equals("open")) {
        Path file = Path.of("..").resolve(listed.getValue());
        assertThat(file).as(listed.getKey()).exists();
        assertThat(Files.readString(file)).as(file.toString()).contains(listed.getKey());
      }
    }
  }

  /** A test of a store that runs on one of them only shows half. */
  @Test
  void contractsRunOnBothStores() {
    for (JavaClass contract : CLASSES) {
      if (contract.isAssignableTo(StoreContract.class)
          && contract.getModifiers().contains(JavaModifier.ABSTRACT)
          && shows(contract)) {
        String name = contract.getName().replaceFirst("Contract$", "");
        Set<String> runs =
            contract.getAllSubclasses().stream()
                .map(JavaClass::getName)
                .collect(Collectors.toSet());
        assertThat(runs)
            .as("what runs " + contract.getName())
            .contains(name + "OnSqliteTest", name + "OnPostgresIT");
      }
    }
  }

  private static boolean shows(JavaClass type) {
    return type.getMethods().stream().anyMatch(method -> method.isAnnotatedWith(Promise.class));
  }

  private static Map<String, List<String>> shownHere() {
    Map<String, List<String>> shown = new TreeMap<>();
    for (JavaClass type : CLASSES) {
      for (JavaMethod method : type.getMethods()) {
        method
            .tryGetAnnotationOfType(Promise.class)
            .ifPresent(promise -> {
              for (String id : promise.value()) {
                shown.computeIfAbsent(id, any -> new ArrayList<>()).add(method.getFullName());
              }
            });
      }
    }
    return shown;
  }

  /** By promise, {@code open} or the file that shows it. */
  private static Map<String, String> listed() throws IOException {
    Map<String, String> listed = new LinkedHashMap<>();
    for (String line : Files.readAllLines(FILE)) {
      if (!line.isBlank() && !line.startsWith("#")) {
        String[] words = line.strip().split("\\s+", 2);
        assertThat(words).as(line).hasSize(2);
        assertThat(listed.put(words[0], words[1])).as(line).isNull();
      }
    }
    return listed;
  }
}
