// SPDX-License-Identifier: Apache-2.0
package com.example.greetings;

import dev.holdfast.spring.HoldfastActivity;
import org.springframework.stereotype.Component;

/** Greets: the effect on the world. */
@Component
class Greeter {

  @HoldfastActivity("greet")
  String greet(Guest guest) {
    return "Hello, " + guest.name() + "!";
  }
}
