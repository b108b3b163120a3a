// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What editors show of the properties is what there is. */
class MetadataTest {

  private static final String FILE = "/META-INF/spring-configuration-metadata.json";

  @Test
  void eachPropertyIsDescribed() throws IOException {
    List<String> described =
        metadata()
            .get("properties")
            .valueStream()
            .peek(property -> assertThat(property.path("description").asString()).endsWith("."))
            .map(property -> property.get("name").asString())
            .filter(name -> name.startsWith("holdfast."))
            .toList();

    assertThat(described)
        .containsExactlyElementsOf(names("holdfast", HoldfastProperties.class).toList());
    assertThat(described).allMatch(ConfigurationPropertyName::isValid);
  }

  private static JsonNode metadata() throws IOException {
    try (InputStream json = MetadataTest.class.getResourceAsStream(FILE)) {
      return JsonMapper.shared().readTree(json);
    }
  }

  private static Stream<String> names(String prefix, Class<?> type) {
    return Arrays.stream(type.getRecordComponents())
        .flatMap(component -> names(prefix + "." + kebab(component), component));
  }

  private static Stream<String> names(String name, RecordComponent component) {
    return component.getType().isRecord() ? names(name, component.getType()) : Stream.of(name);
  }

  private static String kebab(RecordComponent component) {
    return component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
  }
}
