package dev.sallyport.sandbox.worker;

import dev.sallyport.starlark.HostFunction;

/**
 * A tool that the script may name.
 *
 * @param space index of its namespace
 * @param index of it in that
 * @param name as the script writes it, {@code fs.read}
 */
record Tool(int space, int index, String name) {

  String what() {
    return "what " + name + " returns";
  }

  HostFunction function(HostFunction.Body body) {
    return new HostFunction(name, "*args, **kwargs", body);
  }
}
