// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.flow;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.json.JsonMapper;

/** The postings that come with the program: a file with a JSON object in each line. */
public final class PostingsFile {

  private static final String NAME = "postings.jsonl";
  private static final JsonMapper MAPPER = new JsonMapper();

  private PostingsFile() {}

  /**
   * Reads them all, in the order of the file.
   *
   * @throws IOException when it cannot be read
   */
  public static List<Posting> shipped() throws IOException {
    try (InputStream file =
            Objects.requireNonNull(PostingsFile.class.getResourceAsStream(NAME), NAME);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
      return lines.lines().map(line -> MAPPER.readValue(line, Posting.class)).toList();
    }
  }
}
