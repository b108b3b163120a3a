// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.event;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * Embeds {@link Json} texts in what the runtime writes, and takes them out again unchanged: a
 * reader needs the whole text as the attribute {@link #SOURCE}.
 */
final class JsonTextModule extends SimpleModule {

  /** The attribute with the text that is read. */
  static final Object SOURCE = "dev.holdfast.source";

  private static final long serialVersionUID = 1L;

  JsonTextModule() {
    super("holdfast-json-text");
    addSerializer(Json.class, new Writer());
    addDeserializer(Json.class, new Reader());
  }

  private static final class Writer extends StdSerializer<Json> {
    Writer() {
      super(Json.class);
    }

    @Override
    public void serialize(Json value, JsonGenerator out, SerializationContext context) {
      out.writeRawValue(value.text());
    }
  }

  private static final class Reader extends StdDeserializer<Json> {
    Reader() {
      super(Json.class);
    }

    @Override
    public Json deserialize(JsonParser in, DeserializationContext context) {
      long start = in.currentTokenLocation().getCharOffset();
      in.skipChildren();
      in.finishToken();
      long end = in.currentLocation().getCharOffset();
      String source = (String) context.getAttribute(SOURCE);
      return new Json(source.substring((int) start, (int) end));
    }

    @Override
    public Json getNullValue(DeserializationContext context) {
      return Json.NULL;
    }

    @Override
    public Json getAbsentValue(DeserializationContext context) {
      return Json.NULL;
    }
  }
}
