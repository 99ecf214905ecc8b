package dev.sallyport.starlark;

import org.jspecify.annotations.Nullable;

/**
 * A function of the host. Each call has a number ({@link HostCall#sequence}), the same one when the
 * program runs again with the same answers, so that a host can keep a journal.
 */
public final class HostFunction extends StarlarkCallable {
  /**
   * What the function does. It returns a Starlark value, or what {@link Values#fromJava} converts.
   * To fail it throws {@link StarlarkException#of(String)}; to stop the run it throws {@link
   * Suspended}. Any other exception ends the run as an error of kind {@code HOST}.
   */
  @FunctionalInterface
  public interface Body {
    @Nullable Object call(HostCall call) throws Exception;
  }

  private final String name;
  private final Signature signature;
  private final Body body;

  /**
   * Makes a function.
   *
   * @param name for messages
   * @param signature as {@link Signature} reads it, such as {@code "*args, **kwargs"}
   */
  public HostFunction(String name, String signature, Body body) {
    this.name = name;
    this.signature = Signature.of(signature);
    this.body = body;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  Object invoke(StarlarkThread thread, Object[] args, String[] names) {
    Meter meter = thread.meter();
    meter.step();
    @Nullable Object[] bound = signature.bind(name, args, names, meter);
    HostCall call = new HostCall(thread, name, thread.nextHostCall(), signature, bound);
    try {
      Object result = body.call(call);
      return Values.isValue(result) && result != null ? result : Values.fromJava(result);
    } catch (StarlarkException | Suspended e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw StarlarkException.of(
          StarlarkException.Kind.INTERRUPTED, "the script was stopped in " + name, e);
    } catch (Exception e) {
      throw StarlarkException.of(StarlarkException.Kind.HOST, name + " failed in the host", e);
    }
  }
}
