// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.event;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * Checks that Jackson works with the annotations that are there. They are a library of their own,
 * and a project that manages versions may have chosen one that is too old; then classes load, and
 * values cannot be read.
 */
public final class JacksonCheck {

  private record Sample(@JsonProperty("text") String value, List<Sample> more) {}

  private JacksonCheck() {}

  /**
   * Returns when values can be written and read.
   *
   * @throws IllegalStateException when the versions do not fit, with what to do
   */
  public static void run() {
    run(JacksonCheck::tryOut);
  }

  static void run(Runnable tryOut) {
    try {
      tryOut.run();
    } catch (LinkageError e) {
      throw new IllegalStateException(
          ("Jackson %s does not work with the jackson-annotations that are on the class path, %s:"
                  + " with Jackson 3.0 they must be 2.19.2 or newer, with 3.1 2.21, with 3.2 2.22."
                  + " Something manages another version, such as Spring Boot before 3.5.4")
              .formatted(
                  version(JsonMapper.class.getPackage()), version(JsonProperty.class.getPackage())),
          e);
    }
  }

  private static void tryOut() {
    JsonMapper mapper = JsonMapper.builder().build();
    Sample sample = new Sample("a", List.of());
    Sample read = mapper.readValue(mapper.writeValueAsString(sample), Sample.class);
    if (!read.equals(sample)) {
      throw new IllegalStateException("Jackson reads another value than it has written");
    }
  }

  private static String version(Package of) {
    String version = of.getImplementationVersion();
    return version == null ? "(of unknown version)" : version;
  }
}
