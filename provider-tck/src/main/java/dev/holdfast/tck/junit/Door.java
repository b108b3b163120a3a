// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.junit;

import dev.holdfast.tck.report.ReportFolder;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Through which door a run came in: which suite class, and how it can be run again.
 *
 * @param suite the full name of the suite class, null when there is none
 * @param basedir the directory that relative paths start from: that of the module, where the build
 *     says so
 * @param underMaven whether Maven runs the tests
 */
record Door(@Nullable String suite, Path basedir, boolean underMaven) {

  private static final Pattern SUITE = Pattern.compile("\\[suite:([^\\]]+)\\]");
  private static final Path REPORTS = Path.of("target", "conformance");

  /** The door of a run whose root has this unique id. */
  static Door of(String rootId) {
    Matcher suite = SUITE.matcher(rootId);
    return new Door(
        suite.find() ? suite.group(1) : null,
        Path.of(System.getProperty("basedir", "")),
        System.getProperty("surefire.test.class.path") != null
            || System.getProperty("surefire.real.class.path") != null);
  }

  boolean isSuite() {
    return suite != null;
  }

  /**
   * Where the report goes: the directory that was asked for, or one of its own for each suite of a
   * module.
   */
  Optional<ReportFolder> reportFolder(@Nullable String askedFor) {
    if (RunSettings.NO_REPORT.equals(askedFor)) {
      return Optional.empty();
    }
    if (askedFor != null) {
      return Optional.of(new ReportFolder(basedir.resolve(askedFor)));
    }
    return suite == null
        ? Optional.empty()
        : Optional.of(new ReportFolder(basedir.resolve(REPORTS).resolve(simpleName(suite))));
  }

  /** How to run again. */
  Rerun rerun(@Nullable String askedFor) {
    String options = "[-Dtck.rules={rules} ]-Dtck.seed={seed}";
    if (askedFor != null) {
      return new Rerun(askedFor);
    }
    if (suite == null) {
      return new Rerun(options);
    }
    String name = simpleName(suite);
    if (!underMaven) {
      return new Rerun(name + " with " + options);
    }
    return new Rerun(
        name.endsWith("IT")
            ? "mvn verify -Dit.test=" + name + " " + options
            : "mvn test -Dtest=" + name + " " + options);
  }

  private static String simpleName(String className) {
    return className.substring(
        Math.max(className.lastIndexOf('.'), className.lastIndexOf('$')) + 1);
  }
}
