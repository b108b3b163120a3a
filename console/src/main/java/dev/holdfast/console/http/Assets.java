// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The files of the page. They are the same for everybody and say nothing about the store. */
final class Assets {

  private static final String JAVASCRIPT = "text/javascript; charset=utf-8";

  private static final Map<String, String> TYPES = types();

  private final Map<String, Asset> assets = new LinkedHashMap<>();

  /** A file. */
  record Asset(String type, byte[] content) {}

  Assets() {
    TYPES.forEach((name, type) -> assets.put("/" + name, new Asset(type, read(name))));
    assets.put("/", assets.get("/index.html"));
  }

  private static Map<String, String> types() {
    Map<String, String> types = new LinkedHashMap<>();
    types.put("index.html", "text/html; charset=utf-8");
    types.put("console.css", "text/css; charset=utf-8");
    types.put("icon.svg", "image/svg+xml");
    for (String script :
        new String[] {
          "main",
          "api",
          "dom",
          "values",
          "charts",
          "layout",
          "actions",
          "overview",
          "instances",
          "instance",
          "timeline",
          "runs",
          "streams",
          "projections",
          "queues",
          "lists"
        }) {
      types.put(script + ".js", JAVASCRIPT);
    }
    return types;
  }

  /** {@return the file at a path} */
  Optional<Asset> find(String path) {
    return Optional.ofNullable(assets.get(path));
  }

  private static byte[] read(String name) {
    try (InputStream in = Assets.class.getResourceAsStream("/dev/holdfast/console/page/" + name)) {
      if (in == null) {
        throw new IllegalStateException("the page lacks " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
