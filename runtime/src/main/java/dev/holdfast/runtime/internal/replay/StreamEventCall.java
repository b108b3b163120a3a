// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.DataConverter;
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.Json;
import dev.holdfast.runtime.internal.event.PayloadCodec;
import dev.holdfast.runtime.internal.event.SeenEvent;
import dev.holdfast.runtime.internal.event.StreamWait;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** A wait for an event of a stream, which is the call of an activity of the runtime's own. */
final class StreamEventCall {

  static final Activity<StreamWait, StreamEvent> ACTIVITY =
      Activity.named(StreamWait.ACTIVITY, StreamWait.class, StreamEvent.class);

  /** Its result is encoded by the runtime, whatever encodes the values of users. */
  static final PayloadCodec VALUES = new PayloadCodec(new Own());

  private StreamEventCall() {}

  static Json input(StreamWait wait) {
    return new Json(Codec.encode(wait).asUtf8());
  }

  private static final class Own implements DataConverter {

    @Override
    public String encode(@Nullable Object value) {
      throw new UnsupportedOperationException("only decodes");
    }

    @Override
    public StreamEvent decode(String json, Type type) {
      return Codec.decode("an event of a stream", Payload.utf8(json), SeenEvent.class).event();
    }
  }
}
