// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.trace;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;

/** Exports spans to a file, a line for each. Thread-safe. */
final class SpanFile implements SpanExporter {

  private final Path file;

  SpanFile(Path file) {
    this.file = file;
  }

  /** A span, as it stands in the file of its process. */
  record Seen(String process, String name, String trace, String id, String parent) {

    static List<Seen> of(Path file) throws IOException {
      String process = String.valueOf(file.getFileName());
      return Files.readAllLines(file).stream()
          .map(line -> line.split("\\|"))
          .map(parts -> new Seen(process, parts[0], parts[1], parts[2], parts[3]))
          .toList();
    }
  }

  @Override
  public synchronized CompletableResultCode export(Collection<SpanData> spans) {
    List<String> lines =
        spans.stream()
            .map(span ->
                String.join(
                    "|",
                    span.getName(),
                    span.getTraceId(),
                    span.getSpanId(),
                    span.getParentSpanId()))
            .toList();
    try {
      Files.write(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public CompletableResultCode flush() {
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public CompletableResultCode shutdown() {
    return CompletableResultCode.ofSuccess();
  }
}
