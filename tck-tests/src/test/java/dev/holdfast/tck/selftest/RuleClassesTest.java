// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * What every rule class has in common: nothing to override, one rule per method, explained, never
 * asleep.
 */
class RuleClassesTest {

  private static final Path SOURCES = Path.of("../provider-tck/src/main/java/dev/holdfast/tck");
  private static final Pattern RULE_METHOD =
      Pattern.compile("(/\\*\\*(?:(?!\\*/).)*\\*/)?\\s*@Rule\\(\"([^\"]+)\"\\)", Pattern.DOTALL);

  @Test
  void ruleClassesAreFinalAndTheirMethodsProveOneRuleOfTheirFamily() {
    List<Class<?>> classes =
        ReflectionSupport.findAllClassesInPackage(
            "dev.holdfast.tck.rules",
            type -> !type.isMemberClass(),
            name -> name.endsWith("Rules"));

    List<String> problems = new ArrayList<>();
    for (Class<?> type : classes) {
      RuleFamily family = type.getAnnotation(RuleFamily.class);
      if (family == null || !Modifier.isFinal(type.getModifiers())) {
        problems.add(type + " is not a final @RuleFamily");
        continue;
      }
      for (Method method : type.getDeclaredMethods()) {
        Rule rule = method.getAnnotation(Rule.class);
        boolean visible = (method.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0;
        if (rule != null && (visible || !rule.value().matches(family.value() + "-\\d\\d"))) {
          problems.add(method + " is not a package-private proof of a rule of " + family.value());
        }
      }
    }

    assertFalse(classes.isEmpty());
    assertEquals(List.of(), problems);
  }

  @Test
  void everyRuleMethodSaysItsShape() throws IOException {
    List<String> problems = new ArrayList<>();
    for (Path source : sources(SOURCES.resolve("rules"))) {
      if (source.endsWith("package-info.java")) {
        continue;
      }
      Matcher method = RULE_METHOD.matcher(Files.readString(source));
      while (method.find()) {
        String comment = String.valueOf(method.group(1));
        if (!comment.contains("<b>Shape:</b>")) {
          problems.add(source.getFileName() + " " + method.group(2));
        }
      }
    }
    assertEquals(List.of(), problems);
  }

  @Test
  void nobodySleeps() throws IOException {
    List<String> problems = new ArrayList<>();
    for (Path source : sources(SOURCES)) {
      String text = Files.readString(source);
      boolean waits = text.contains("LockSupport.") && !source.endsWith("instrument/Waiting.java");
      if (text.contains("Thread.sleep") || text.contains(".sleep(") || waits) {
        problems.add(source.toString());
      }
    }
    assertEquals(List.of(), problems);
  }

  private static List<Path> sources(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> sources = files.filter(file -> file.toString().endsWith(".java")).toList();
      assertFalse(sources.isEmpty(), folder + " has no sources");
      return sources;
    }
  }
}
