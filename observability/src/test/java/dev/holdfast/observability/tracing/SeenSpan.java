// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability.tracing;

import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A span of whichever process. */
record SeenSpan(String name, String trace, String id, String parent, String status) {

  static SeenSpan of(SpanData span) {
    return new SeenSpan(
        span.getName(),
        span.getTraceId(),
        span.getSpanId(),
        span.getParentSpanId(),
        span.getStatus().getStatusCode().name());
  }

  /** Starts a process that works on a store until its input ends, and then prints its spans. */
  static Process process(Class<?> main, String url) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName(),
            url)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Prints a span for {@link #printed}. */
  void print() {
    System.out.printf("%s|%s|%s|%s|%s%n", name, trace, id, parent, status);
  }

  /** Ends the input of a process, and reads what spans it prints. */
  static List<SeenSpan> printed(Process process) throws IOException {
    process.getOutputStream().close();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.contains("|"))
        .map(line -> line.split("\\|"))
        .map(parts -> new SeenSpan(parts[0], parts[1], parts[2], parts[3], parts[4]))
        .toList();
  }
}
